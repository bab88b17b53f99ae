"""The dialog of one certificate, a tab at a time; each tab has an address of its own."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certificates.queries import authorities, automatic, verbs
from certificates.queries import detail as details
from certificates.views.answers import now
from device import access
from domain.actions import Action
from webui import htmx

_LABELS: Final = {
    "certificate": "Certificate",
    "extensions": "Extensions",
    "text": "Text",
    "pem": "PEM",
    "asn1": "ASN.1",
    "history": "History",
}
_ALWAYS: Final = ("certificate", "history")
"""Tabs that are there before the certificate is."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the dialog.

    Attributes:
        url: of the dialog with this tab.
        takes_focus: whether the focus goes there when the dialog opens: it was just chosen.
    """

    label: str
    url: str
    is_shown: bool
    takes_focus: bool


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def detail(request: HttpRequest, uuid: UUID, material: UUID | None = None) -> HttpResponse:
    """Show everything about one certificate, or an earlier one of its entry."""
    by = access.actor(request)
    shown = details.certificate_detail(uuid, now(), by, material=material)
    access.require(by, Action.READ_CERTIFICATES, shown.row.location)
    names = [name for name in _LABELS if shown.paper or name in _ALWAYS]
    asked = request.GET.get("tab", "")
    tab = asked if asked in names else names[0]
    context = {
        "certificate": shown,
        "verbs": verbs.verbs(uuid),
        "automatic": automatic.plan(uuid, now()),
        "notices": authorities.notices_about(shown.authority, now()),
        "may_write": access.may(by, Action.WRITE_CERTIFICATES, shown.row.location),
        "tabs": [_tab(request, name, tab) for name in names],
        "contents": f"certificates/detail/_{tab}.html",
        "address": request.get_full_path(),
    }
    return htmx.dialog(request, "certificates/_detail.html", context)


def _tab(request: HttpRequest, name: str, shown: str) -> Tab:
    is_shown = name == shown
    takes_focus = is_shown and "tab" in request.GET
    return Tab(_LABELS[name], f"{request.path}?tab={name}", is_shown, takes_focus)
