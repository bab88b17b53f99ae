"""Which function does the work of which kind of job."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from jobs.handlers import JobResult, RunningJob

Handler = Callable[[RunningJob], JobResult | None]


class UnknownKind(Exception):
    """No handler is registered for this kind of job."""


def is_known(kind: str) -> bool:
    """Tell whether a handler is registered for a kind."""
    return kind in settings.JOB_HANDLERS


def handler(kind: str) -> Handler:
    """Return the function that does the work of a kind of job.

    Raises:
        UnknownKind: nothing is registered for it.
    """
    if not is_known(kind):
        raise UnknownKind(kind)
    return cast("Handler", import_string(settings.JOB_HANDLERS[kind]))
