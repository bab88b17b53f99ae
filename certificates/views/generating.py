"""The Generate dialog, and polls of what is pending."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from certificates.forms.generating import GenerateForm
from certificates.queries import choices
from certificates.services import enrollment
from certificates.views.answers import now, to_job
from device import access
from domain.actions import Action
from domain.errors import Refused
from webui import htmx


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the Generate dialog, or request a certificate and go on to the job."""
    offered = choices.generate_choices()
    data = request.POST if request.method == "POST" else None
    form = GenerateForm(data, choices=offered)
    if form.is_valid():
        try:
            job_id = enrollment.request(wanted=form.to_wanted(), by=access.actor(request), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return to_job(job_id)
    context = {"form": form, "choices": offered}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_generate.html", context, status=status)


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def poll(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Poll for a pending certificate now, and go on to the job."""
    return to_job(enrollment.poll_now(entry_uuid=uuid, by=access.actor(request), at=now()))
