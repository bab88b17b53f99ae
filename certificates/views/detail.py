"""The dialog of one certificate, a tab at a time; each tab has an address of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certificates.queries import authorities, automatic, checks, verbs
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
PAPER_TABS: Final = ("certificate", "extensions", "text", "pem", "asn1")
"""Tabs of what a certificate says; these templates take nothing else."""

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
    names = [*PAPER_TABS, "history"] if shown.paper else _ALWAYS
    context = {
        **tabs_of(request, names, first="certificates/detail/_certificate.html"),
        "certificate": shown,
        "verbs": verbs.verbs(uuid),
        "check": checks.view(uuid, shown.row.serial_hex, now()),
        "automatic": automatic.plan(uuid, now()),
        "notices": authorities.notices_about(shown.authority, now()),
        "may_write": access.may(by, Action.WRITE_CERTIFICATES, shown.row.location),
    }
    return htmx.dialog(request, "certificates/_detail.html", context)


def tabs_of(request: HttpRequest, names: Sequence[str], *, first: str) -> dict[str, Any]:
    """Return what ``certificates/_tabbed.html`` takes: the tabs, and which of them is shown.

    Args:
        request: asks for a tab; for the first unless it names another.
        names: of the tabs.
        first: template of the first tab.
    """
    asked = request.GET.get("tab", "")
    shown = asked if asked in names else names[0]
    return {
        "tabs": [
            Tab(_LABELS[name], f"{request.path}?tab={name}", name == shown, name == asked)
            for name in names
        ],
        "contents": first if shown == names[0] else f"certificates/detail/_{shown}.html",
        "address": request.get_full_path(),
    }
