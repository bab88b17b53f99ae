"""Which function does the work of which kind of job."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from domain.actors import Actor
from jobs.handlers import JobResult, RunningJob

Handler = Callable[[RunningJob], JobResult | None]

Canceller = Callable[[Mapping[str, Any], Actor, datetime], None]
"""Puts away what a job was enqueued for: its arguments, who cancels it, when."""

Retrier = Callable[[Mapping[str, Any], Actor, datetime], int]
"""Asks once more for what a job was to do: its arguments, who asks, when; gives the new job.

It obeys the rules that hold now, and raises what the service behind it raises.
"""


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


def canceller(kind: str) -> Canceller | None:
    """Return what ends a cancelled job's purpose; ``None`` when the row says it all."""
    path = settings.JOB_CANCELLERS.get(kind)
    return cast("Canceller", import_string(path)) if path else None


def is_retriable(kind: str) -> bool:
    """Tell whether jobs of a kind can be retried."""
    return kind in settings.JOB_RETRIERS


def retrier(kind: str) -> Retrier:
    """Return what asks once more for the work of a job.

    Raises:
        UnknownKind: jobs of this kind cannot be retried.
    """
    if not is_retriable(kind):
        raise UnknownKind(kind)
    return cast("Retrier", import_string(settings.JOB_RETRIERS[kind]))


def every_minute() -> list[Callable[[datetime], None]]:
    """Return what the process that runs the jobs does every minute, given the time."""
    return [
        cast("Callable[[datetime], None]", import_string(path)) for path in settings.EVERY_MINUTE
    ]


def housekeeping() -> list[Callable[[datetime], None]]:
    """Return what the process that runs the jobs does every hour, given the time."""
    return [
        cast("Callable[[datetime], None]", import_string(path)) for path in settings.HOUSEKEEPING
    ]
