"""The task list and the job dialog."""

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit import queries as audit
from device import access, sessions
from domain.actions import Action
from domain.locations import DEVICE
from jobs import queries, services
from jobs.forms import TaskFilterForm
from webui import htmx
from webui.paging import page_number

_EVENTS: Final = "job-finished, config-changed, certificates-changed"
"""What a page learns when a job it watched has finished."""

_LIST_EVENTS: Final = "config-changed, certificates-changed"
"""The same for the page that shows the list, which itself listens for ``job-finished``."""

_SESSION_ENDS: Final = "session-ends"
"""What a page learns when the session is about to end."""

_STOP_POLLING: Final = 286
"""htmx asks no more after an answer with this status."""

_JUST_NOW: Final = timedelta(seconds=10)


@access.requires(Action.READ_TASKS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the jobs that the filter lets through, newest first, page by page.

    While one runs the list asks again, and tells the page of the end.
    """
    unfinished = request.GET.get("show") == "running"
    by = access.actor(request)
    sees_all = access.may(by, Action.READ_TASKS, DEVICE)
    form = TaskFilterForm(request.GET, only_of="" if sees_all else by.name)
    context = {
        "form": form,
        "page": queries.page(form.to_wanted(unfinished=unfinished), page_number(request)),
        "is_filtered": any(form.cleaned_data.values()),
        "running": queries.running_count(),
        "unfinished": unfinished,
    }
    response = htmx.page_or_fragment(request, "jobs/tasks.html", "jobs/_tasks.html", context)
    if not context["running"]:
        response.headers["HX-Trigger"] = _LIST_EVENTS
    return response


@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show the job dialog; it asks for its progress by itself.

    A job that finished a moment ago is asked for once more: the page has not heard of its end.
    """
    context = _context(request, job_id)
    shown: queries.JobView = context["job"]
    now = timezone.now()  # noqa: TID251  views read the clock
    fresh = shown.finished_at is not None and now - shown.finished_at < _JUST_NOW
    context["polls"] = fresh or not shown.is_finished
    return htmx.page_or_fragment(request, "jobs/job.html", "jobs/_job.html", context)


@access.requires(Action.MANAGE_JOBS)
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel a job that waits, and show what became of it."""
    now = timezone.now()  # noqa: TID251  views read the clock
    services.cancel(job_id=job_id, by=access.actor(request), at=now)
    response = redirect("jobs:job", job_id)
    response.status_code = 303  # htmx follows it too
    return htmx.varying(response)


@access.requires(Action.MANAGE_JOBS)
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Do once more what a failed job was to do, and show the new job."""
    now = timezone.now()  # noqa: TID251  views read the clock
    new_id = services.retry(job_id=job_id, by=access.actor(request), at=now)
    response = redirect("jobs:job", new_id)
    response.status_code = 303  # htmx follows it too
    return htmx.varying(response)


@require_safe
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show the changing part of the job dialog; its last answer tells the page of the end."""
    context = _context(request, job_id)
    shown: queries.JobView = context["job"]
    context["polls"] = not shown.is_finished
    context["announces"] = shown.is_finished
    response = render(request, "jobs/_progress.html", context)
    if shown.is_finished:
        response.headers["HX-Trigger"] = _EVENTS
    return response


@login_not_required
@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """Say how many jobs are not finished, and which of the admin's have just ended, each once.

    Every page asks for it. Watching is no work: the session's time goes on; the page hears of its
    end a little before, and when it is over it stops asking, and stays as it is.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=_STOP_POLLING)
    now = timezone.now()  # noqa: TID251  views read the clock
    finished = services.tell_finished(by=access.actor(request), at=now)
    context = {"running_jobs": queries.running_count(), "finished": finished}
    # Without the request: the values of the frame are not asked for.
    response = HttpResponse(render_to_string("jobs/_news.html", context))
    if sessions.ends_soon(request, at=now):
        response.headers["HX-Trigger"] = _SESSION_ENDS
    return htmx.varying(response)


def _context(request: HttpRequest, job_id: int) -> dict[str, Any]:
    by = access.actor(request)
    shown = queries.job_seen_by(by, job_id)
    if shown.is_finished:
        services.seen(job_id=job_id, by=by)
    return {
        "job": shown,
        "transcripts": audit.transcripts_of_job(job_id, bodies=access.may(by, Action.WRITE_SCEP)),
        "dialog_fragment": "jobs/_job.html",
        "return_url": reverse("jobs:index"),
    }
