"""The tab Default Trusted Certificate Authorities: list, enable, disable, export, details."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.forms.trusted import TrustedForm
from certificates.queries import trusted
from certificates.services import trusting
from certificates.views.answers import now
from certificates.views.detail import PAPER_TABS, tabs_of
from device import access
from domain.actions import Action
from webui import htmx, selection
from webui.paging import page_number


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the default trusted CAs."""
    form = TrustedForm(request.GET)
    page = trusted.trusted_page(
        now(), text=form.text, state=form.wanted_state, number=page_number(request)
    )
    context = {
        "form": form,
        "page": page,
        "may_write": access.may(access.actor(request), Action.WRITE_CERTIFICATES, trusted.PLACE),
    }
    return htmx.page_or_fragment(
        request, "certificates/trusted.html", "certificates/trusted/_table.html", context
    )


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one default trusted CA."""
    context = {
        **tabs_of(request, PAPER_TABS, first="certificates/trusted/_authority.html"),
        "certificate": trusted.trusted_detail(uuid, now()),
        "return_url": reverse("certificates:trusted"),
    }
    return htmx.dialog(request, "certificates/trusted/_detail.html", context)


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def enable(request: HttpRequest) -> HttpResponse:
    """Enable the CAs ticked."""
    return _changed(request, trusting.enable)


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def disable(request: HttpRequest) -> HttpResponse:
    """Disable the CAs ticked."""
    return _changed(request, trusting.disable)


@access.requires(Action.READ_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Download the CAs ticked as PEM, or one as DER."""
    name, data = trusting.export(
        uuids=selection.chosen(request),
        der=request.GET.get("format") == "der",
        by=access.actor(request),
        at=now(),
    )
    response = HttpResponse(data, content_type="application/pkix-cert")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _changed(request: HttpRequest, change: Callable[..., int]) -> HttpResponse:
    change(uuids=selection.chosen(request), by=access.actor(request), at=now())
    return htmx.saved(request, event="config-changed", otherwise="certificates:trusted")
