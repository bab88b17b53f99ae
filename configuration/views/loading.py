"""The dialogs that bring a configuration back into the candidate, or take changes back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from configuration import queries, services
from configuration.forms.history import RevertForm
from configuration.loads import LoadPlan
from configuration.queries import loads, summary
from configuration.sources import RUNNING, SAVED, Source
from configuration.views.committing import LISTED_MAX
from device import access
from device import queries as device
from domain.actions import Action
from domain.errors import Refused
from webui import htmx


@access.requires(Action.LOAD)
@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Say what loading a revision or snapshot would do, or load it."""
    return _bring(request, Source.parse(request.GET.get("source", "")), verb="Load")


@access.requires(Action.REVERT)
@require_http_methods(["GET", "POST"])
def revert_to_saved(request: HttpRequest) -> HttpResponse:
    """Say what reverting to the last saved configuration would do, or revert."""
    return _bring(request, SAVED, verb="Revert to")


@access.requires(Action.REVERT)
@require_http_methods(["GET", "POST"])
def revert(request: HttpRequest) -> HttpResponse:
    """Ask whose changes to take back, or take them back."""
    by = access.actor(request)
    changes = summary.visible_changes(by)
    data = request.POST if request.method == "POST" else None
    form = RevertForm(data, changes=changes, admin=by.name, labels=device.location_labels())
    context: dict[str, Any] = {}
    if form.is_valid():
        scope = form.to_scope()
        try:
            done = services.revert_changes(scope=scope, by=by, at=_now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return _done(request, done, f"{str(scope)[:1].upper()}{str(scope)[1:]} reverted.")
    context |= {
        "form": form,
        "changes": changes[:LISTED_MAX],
        "count": len(changes),
        "lost": loads.lost_by(queries.load_plan(queries.configuration(RUNNING))),
    }
    status = htmx.UNPROCESSABLE if form.errors or "refusal" in context else 200
    return htmx.dialog(request, "configuration/_revert.html", context, status=status)


def _bring(request: HttpRequest, source: Source, *, verb: str) -> HttpResponse:
    context: dict[str, Any] = {"source": source, "verb": verb}
    action = Action.LOAD if verb == "Load" else Action.REVERT
    if request.method == "POST":
        try:
            done = services.load_source(source=source, by=access.actor(request), at=_now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return _done(request, done, f"The candidate was made equal to {source}.")
    plan = queries.load_plan(queries.configuration(source))
    context |= {
        "plan": plan,
        "lost": loads.lost_by(plan),
        "pending": queries.pending_count(),
        "kept_from": loads.kept_from(plan, access.actor(request), action),
    }
    status = htmx.UNPROCESSABLE if "refusal" in context else 200
    return htmx.dialog(request, "configuration/_load.html", context, status=status)


def _done(request: HttpRequest, plan: LoadPlan, words: str) -> HttpResponse:
    """Say what was done; the page learns that the candidate has changed."""
    context = {"plan": plan, "words": words, "pending": queries.pending_count()}
    answer = htmx.dialog(request, "configuration/_loaded.html", context)
    answer.headers["HX-Trigger"] = "config-changed"
    return answer


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
