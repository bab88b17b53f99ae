"""Certificates into the device and out of it: Import, Export Certificate, lists and requests."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from certificates.forms.exporting import ExportForm
from certificates.forms.importing import ImportForm
from certificates.services import exporting, importing, revocation
from certificates.services.exporting import ExportedFile, Format, Wanted
from certificates.views.answers import chosen_rows, now, places
from device import access
from domain.actions import Action
from domain.errors import Refused
from webui import htmx, selection

CHANGED = "config-changed, certificates-changed"


@access.requires(Action.IMPORT)
@require_http_methods(["GET", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """Show the Import dialog, or import files and say what came of them."""
    posted = request if request.method == "POST" else None
    form = ImportForm(posted, places=places(request))
    if form.is_valid():
        try:
            done = importing.import_files(
                upload=form.to_upload(), by=access.actor(request), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            context = {"title": "Import Certificate", "lines": [one.text for one in done]}
            response = htmx.dialog(request, "certificates/_done.html", context)
            response.headers["HX-Trigger"] = CHANGED
            return response
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_import.html", {"form": form}, status=status)


@access.requires(Action.READ_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask how to export the certificates chosen, or hand out the file."""
    chosen = selection.chosen(request)
    if not chosen:
        return htmx.dialog(request, "certificates/_export_none.html", {})
    by = access.actor(request)
    form = ExportForm(None if selection.is_question(request) else request)
    if form.is_valid():
        try:
            wanted = form.to_wanted(chosen)
            return _download(exporting.export(wanted=wanted, by=by, at=now()))
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "chosen": chosen,
        "certificates": chosen_rows(request, chosen),
        "may_export_keys": access.may(by, Action.EXPORT_PRIVATE_KEYS),
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_export.html", context, status=status)


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def pem(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download one certificate as PEM."""
    return _file(request, [uuid], Format.PEM)


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def csr(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download the request that another CA has to answer."""
    return _file(request, [uuid], Format.CSR)


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def crl(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download the revocation list of a CA on this device."""
    name, data = revocation.crl(entry_uuid=uuid, by=access.actor(request), at=now())
    return _download(ExportedFile(name, "application/pkix-crl", data))


def _file(request: HttpRequest, uuids: Sequence[UUID], format_: Format) -> HttpResponse:
    wanted = Wanted(tuple(uuids), format_)
    return _download(exporting.export(wanted=wanted, by=access.actor(request), at=now()))


def _download(file: ExportedFile) -> HttpResponse:
    response = HttpResponse(file.data, content_type=file.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
