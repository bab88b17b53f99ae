"""The commit dialog, and the Commit button of the frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from configuration import queries, services
from configuration.forms.committing import CommitForm
from device import access
from domain.actions import Action
from domain.errors import Refused
from webui import htmx


@access.requires(Action.COMMIT)
@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest) -> HttpResponse:
    """Show what is pending, or commit it and go on to the job."""
    form = CommitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()  # noqa: TID251 - a view reads the clock
        description, within = form.cleaned_data["description"], form.confirm_within_min
        try:
            by = access.actor(request)
            job_id = services.commit(
                by=by, description=description, confirm_within_min=within, at=now
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            response = redirect("jobs:job", job_id)
            response.status_code = (
                303  # htmx follows it too: the job's dialog takes this one's place
            )
            return htmx.varying(response)
    context = {
        "form": form,
        "changes": queries.pending_changes(),
        "dialog_heading": "Commit",
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "configuration/_commit_dialog.html", context, status=status)


@require_GET
def pending(request: HttpRequest) -> HttpResponse:
    """Draw the Commit button again."""
    context = {"pending_count": queries.pending_count()}
    return render(request, "configuration/_commit_button.html", context)
