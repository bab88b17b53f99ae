"""What the views of certificates have in common."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from webui import htmx


def to_job(job_id: int) -> HttpResponse:
    """Go on to a job's dialog."""
    return see_other("jobs:job", job_id)


def see_other(name: str, *arguments: int) -> HttpResponse:
    """Go on to another dialog."""
    response = redirect(name, *arguments)
    response.status_code = 303  # htmx follows it too: that dialog takes this one's place
    return htmx.varying(response)


def now() -> datetime:
    """Tell the time."""
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services
