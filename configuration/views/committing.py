"""The commit dialog, and the Commit button of the frame."""

from collections.abc import Sequence
from datetime import datetime

from django.forms.boundfield import BoundWidget
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from configuration import queries, services
from configuration.forms.committing import CommitForm
from configuration.queries import summary
from configuration.queries.summary import ScopeRow
from configuration.scope import PendingChange
from device import access
from device import queries as device
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Refused
from webui import htmx

LISTED_MAX = 200
"""How many changes the dialog lists; the change summary lists all."""


@access.requires(Action.COMMIT)
@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest) -> HttpResponse:
    """Show what is pending; or commit or validate it, and go on to the job."""
    by = access.actor(request)
    changes = summary.visible_changes(by)
    data = request.POST if request.method == "POST" else None
    form = _form(data, by, changes)
    if form.is_valid():
        try:
            job_id = _ask(form, by, only_validate="validate" in request.POST, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            response = redirect("jobs:job", job_id)
            response.status_code = 303  # htmx follows it too: the job's dialog takes this place
            return htmx.varying(response)
    context = {
        "form": form,
        "changes": changes[:LISTED_MAX],
        "count": len(changes),
        "places": _places(form, changes),
        "load": queries.pending_load(),
        "may_commit": _may_commit(form, by),
        "dialog_heading": "Commit",
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "configuration/_commit_dialog.html", context, status=status)


@require_GET
def pending(request: HttpRequest) -> HttpResponse:
    """Draw the Commit button again."""
    context = {"pending_count": queries.pending_count()}
    return render(request, "configuration/_commit_button.html", context)


def _form(data: QueryDict | None, by: Actor, changes: Sequence[PendingChange]) -> CommitForm:
    """Make the form; it offers nothing that would be refused for the role."""
    form = CommitForm(data, changes=changes, admin=by.name, labels=device.location_labels())
    admins = {name for one in changes for name in one.admins}
    if not access.may(by, Action.COMMIT_FOR_OTHERS):
        admins &= {by.name}
    places = {place for one in changes for place in one.locations}
    allowed = {place for place in places if access.may(by, Action.COMMIT, place)}
    if by.scope or not access.may(by, Action.COMMIT_FOR_OTHERS):
        form.limit(places=allowed, admins=admins)
    return form


def _may_commit(form: CommitForm, by: Actor) -> bool:
    """Tell whether there is something to press a button for; after a load all goes together."""
    return form.offers_any and not (by.scope and queries.pending_load())


def _places(
    form: CommitForm, changes: Sequence[PendingChange]
) -> list[tuple[BoundWidget, ScopeRow | None]]:
    """Put beside each location's box what has changed there; nothing where all was moved away."""
    rows = {row.location.key: row for row in summary.scope_rows(changes)}
    return [(box, rows.get(str(box.data["value"]))) for box in form["locations"]]


def _ask(form: CommitForm, by: Actor, *, only_validate: bool, at: datetime) -> int:
    if only_validate:
        return services.validate(by=by, scope=form.to_scope(), at=at)
    return services.commit(
        by=by,
        description=form.cleaned_data["description"],
        scope=form.to_scope(),
        confirm_within_min=form.confirm_within_min,
        at=at,
    )


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
