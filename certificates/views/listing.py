"""The list of device certificates, and the dialogs that show and delete some."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from certificates.queries import detail as details
from certificates.queries import listing
from certificates.queries.filters import Filter
from certificates.services import store
from certificates.views.answers import now
from device import access, selector
from domain.actions import Action
from domain.errors import Refused
from webui import htmx, selection


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's certificates, each under its issuer."""
    wanted = listing.Wanted(Filter(seen=selector.seen(request)))
    context = {
        "certificates": listing.page(wanted, now()).rows,
        "locations": selector.shown(request),
    }
    return htmx.page_or_fragment(
        request, "certificates/list.html", "certificates/_table.html", context
    )


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one certificate."""
    bodies = access.may(access.actor(request), Action.WRITE_SCEP)
    context = {"certificate": details.certificate_detail(uuid, now(), bodies=bodies)}
    return htmx.dialog(request, "certificates/_detail.html", context)


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the certificates chosen, or delete them."""
    chosen = selection.chosen(request)
    rows = listing.chosen_rows(chosen, now())
    context: dict[str, Any] = {"certificates": rows, "chosen": chosen}
    if not selection.is_question(request):
        try:
            store.delete(uuids=chosen, by=access.actor(request), at=now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return htmx.saved(
                request,
                event="config-changed, certificates-changed",
                otherwise="certificates:index",
            )
    status = htmx.UNPROCESSABLE if "refusal" in context else 200
    return htmx.dialog(request, "certificates/_delete.html", context, status=status)


@access.requires(Action.READ_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Download the certificates chosen, in one PEM file."""
    chosen = selection.chosen(request)
    if not chosen:
        return htmx.dialog(request, "certificates/_export_none.html", {})
    return _download(chosen)


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def pem(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download one certificate as PEM."""
    del request
    return _download([uuid])


def _download(uuids: list[UUID]) -> HttpResponse:
    name, text = details.pem_of(uuids)
    response = HttpResponse(text, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
