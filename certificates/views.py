"""The list of device certificates and its dialogs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.forms import GenerateForm
from certificates.queries import choices, listing
from certificates.queries import detail as details
from certificates.services import enrollment, store
from device import access
from domain.errors import Refused
from webui import htmx, selection


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's certificates, each under its issuer."""
    context = {"certificates": listing.certificate_rows(_now())}
    return htmx.page_or_fragment(
        request, "certificates/list.html", "certificates/_table.html", context
    )


@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one certificate."""
    bodies = access.may_write(access.actor(request), None)
    context = {"certificate": details.certificate_detail(uuid, _now(), bodies=bodies)}
    return htmx.dialog(request, "certificates/_detail.html", context)


@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the Generate dialog, or request a certificate and go on to the job."""
    offered = choices.generate_choices()
    data = request.POST if request.method == "POST" else None
    form = GenerateForm(data, choices=offered)
    if form.is_valid():
        try:
            job_id = enrollment.request(
                wanted=form.to_wanted(), by=access.actor(request), at=_now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _to_job(job_id)
    context = {"form": form, "choices": offered}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_generate.html", context, status=status)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the certificates chosen, or delete them."""
    chosen = selection.chosen(request)
    rows = listing.chosen_rows(chosen, _now())
    context: dict[str, Any] = {"certificates": rows, "chosen": chosen}
    if not selection.is_question(request):
        try:
            store.delete(uuids=chosen, by=access.actor(request), at=_now())
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


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Download the certificates chosen, in one PEM file."""
    chosen = selection.chosen(request)
    if not chosen:
        return htmx.dialog(request, "certificates/_export_none.html", {})
    return _download(chosen)


@require_safe
def pem(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download one certificate as PEM."""
    del request
    return _download([uuid])


@require_POST
def poll(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Poll for a pending certificate now, and go on to the job."""
    return _to_job(enrollment.poll_now(entry_uuid=uuid, by=access.actor(request), at=_now()))


def _download(uuids: list[UUID]) -> HttpResponse:
    name, text = details.pem_of(uuids)
    response = HttpResponse(text, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to_job(job_id: int) -> HttpResponse:
    response = redirect("jobs:job", job_id)
    response.status_code = 303  # htmx follows it too: the job's dialog takes this one's place
    return htmx.varying(response)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
