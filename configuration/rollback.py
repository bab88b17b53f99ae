"""The job that restores the revision before one that nobody confirmed in time.

It waits in the job table for the deadline; a confirmation withdraws it. What the table may have
lost or given up, the hourly sweep asks for again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from configuration import queries, services
from configuration.confirming import before
from domain.actors import SYSTEM, Actor
from domain.errors import NotFound
from jobs import queries as jobs
from jobs.handlers import JobResult, RunningJob


def run(job: RunningJob) -> JobResult:
    """Roll a revision back, unless it was confirmed meanwhile."""
    number = int(job.arguments["revision"])
    restored = services.roll_back(number=number, job_id=job.id, by=job.by, at=_now())
    if restored is None:
        return JobResult(f"Nothing to do: revision {number} was confirmed or rolled back before.")
    text = f"Rolled back: revision {restored} runs, equal to {before(number)}."
    job.say(text)
    job.say("The candidate keeps all edits; what was rolled back is pending again.")
    return JobResult(text)


def cancel(arguments: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Keep the revision: who cancels the job that waits for the deadline confirms it.

    Raises:
        Forbidden: the admin may not confirm.
        Refused: the time is over.
    """
    waiting = queries.open_confirmation()
    if waiting is None or waiting.number != int(arguments["revision"]):
        return
    if arguments["at_deadline"]:
        services.confirmation.confirm(by=by, at=at)


def sweep(now: datetime) -> None:
    """Ask again for a rollback that is overdue and that no unfinished job is for."""
    waiting = queries.open_confirmation()
    if waiting is None or waiting.left_s(now) > 0:
        return
    try:
        is_finished = jobs.job(waiting.job_id).is_finished
    except NotFound:
        is_finished = True
    if is_finished:
        services.confirmation.ask_again(waiting, by=SYSTEM, at=now)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a job reads the clock for the services below it
