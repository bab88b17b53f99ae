"""The bar that says a commit is not confirmed yet, and its two buttons."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from configuration import queries
from configuration.services import confirmation
from device import access
from domain.actions import Action
from webui import htmx


@require_GET
def bar(request: HttpRequest) -> HttpResponse:
    """Draw the bar again; the page learns when the revision it spoke of waits no longer."""
    response = _bar(request)
    was, waiting = request.GET.get("was"), queries.open_confirmation()
    if was and (waiting is None or str(waiting.number) != was):
        response.headers["HX-Trigger"] = "config-changed"
    return response


@access.requires(Action.COMMIT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Keep the revision that waits."""
    confirmation.confirm(by=access.actor(request), at=_now())
    if not htmx.wants_fragment(request):
        response = redirect("/")
        response.status_code = 303
        return htmx.varying(response)
    answer = _bar(request)
    answer.headers["HX-Trigger"] = "config-changed, locks-changed"
    return answer


@access.requires(Action.COMMIT)
@require_POST
def roll_back(request: HttpRequest) -> HttpResponse:
    """Ask for the revision before, and go on to the job that restores it."""
    job_id = confirmation.roll_back_now(by=access.actor(request), at=_now())
    response = redirect("jobs:job", job_id)
    response.status_code = 303  # htmx follows it too
    return htmx.varying(response)


def _bar(request: HttpRequest) -> HttpResponse:
    context = {"confirmation": queries.confirmation_bar(access.actor(request), _now())}
    return render(request, "configuration/_confirm_bar.html", context)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
