"""Device > Setup > Operations: revert, save, load; the snapshots."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import queries
from configuration.forms.history import SnapshotForm
from configuration.services import snapshots
from device import access
from domain.actions import Action
from domain.errors import Refused
from webui import htmx

LIST = "configuration:operations"
EVENT = "config-changed"


@access.requires(Action.READ_SETUP)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what can be done with whole configurations, and the snapshots."""
    context = {
        "saved": queries.last_saved(),
        "snapshots": queries.snapshots(),
        "running": queries.running_revision(),
        "pending": queries.pending_count(),
        "load": queries.pending_load(),
    }
    fragment = "configuration/_operations.html"
    return htmx.page_or_fragment(request, "configuration/operations.html", fragment, context)


@access.requires(Action.SAVE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the candidate."""
    snapshots.save(by=access.actor(request), at=_now())
    return htmx.saved(request, event=EVENT, otherwise=LIST)


@access.requires(Action.SAVE)
@require_http_methods(["GET", "POST"])
def save_as(request: HttpRequest) -> HttpResponse:
    """Ask for a name, or save the candidate under it."""
    form = SnapshotForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name, overwrite = form.cleaned_data["name"], form.cleaned_data["overwrite"]
        by = access.actor(request)
        try:
            snapshots.save_as(name=name, overwrite=overwrite, by=by, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event=EVENT, otherwise=LIST)
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "configuration/_save_as.html", {"form": form}, status=status)


@access.requires(Action.SAVE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Ask whether to delete a snapshot, or delete it."""
    if request.method == "POST":
        snapshots.delete(name=name, by=access.actor(request), at=_now())
        return htmx.saved(request, event=EVENT, otherwise=LIST)
    return htmx.dialog(request, "configuration/_delete_snapshot.html", {"name": name})


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
