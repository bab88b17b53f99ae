"""Commits that must be confirmed: the window opens, someone confirms, or the time is over."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit import services as audit
from configuration import queries
from configuration.confirming import MINUTES_MAX, AwaitsConfirmation, OpenConfirmation, Outcome
from configuration.models import Confirmation
from configuration.services import locks
from device.access import require
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import NotFound, Problem, Refused
from jobs import services as jobs

JOB_KIND: Final = "roll_back"


def argument(within_min: int | None) -> dict[str, int]:
    """Return what a commit job is told about the minutes to confirm.

    Raises:
        Refused: they are not 1 to 60.
    """
    if within_min is None:
        return {}
    if not 1 <= within_min <= MINUTES_MAX:
        message = f"The time to confirm is 1 to {MINUTES_MAX} minutes."
        raise Refused(message, problems=[Problem("confirm_within", message)])
    return {"confirm_within_min": within_min}


def require_none_open() -> None:
    """Make sure that no revision waits to be confirmed; every service that commits calls it.

    Raises:
        AwaitsConfirmation: one does.
    """
    waiting = queries.open_confirmation()
    if waiting is not None:
        raise AwaitsConfirmation(waiting)


def begin(*, number: int, within_min: int, by: Actor, at: datetime) -> None:
    """Let a revision wait to be confirmed; part of the publishing transaction."""
    deadline_at = at + timedelta(minutes=within_min)
    job_id = enqueue(number, by=SYSTEM, at=at, run_at=deadline_at)
    Confirmation.objects.create(
        revision_id=number, minutes=within_min, deadline_at=deadline_at, job_id=job_id
    )
    text = f"Revision {number} must be confirmed by {deadline_at:%Y-%m-%d %H:%M:%S} UTC."
    audit.record(kind="commit", actor=by, text=text, at=at, object_name=f"revision {number}")


@transaction.atomic
def confirm(*, by: Actor, at: datetime) -> int:
    """Keep the revision that waits; return its number.

    Raises:
        Forbidden: the admin may not commit in a location that it changed.
        NotFound: none waits: it was confirmed or rolled back meanwhile.
        Refused: the time is over; the revision before is being restored.
    """
    waiting = require_open(by)
    if waiting.left_s(at) == 0:
        message = f"The time to confirm revision {waiting.number} is over: it is being rolled back."
        raise Refused(message, hint="Its changes are pending again afterwards: commit again.")
    end(waiting, Outcome.CONFIRMED, by=by, at=at)
    locks.release_after_commit(owner=waiting.by, by=by, at=at)
    text = f"Revision {waiting.number} confirmed."
    audit.record(
        kind="commit", actor=by, text=text, at=at, object_name=f"revision {waiting.number}"
    )
    return waiting.number


@transaction.atomic
def roll_back_now(*, by: Actor, at: datetime) -> int:
    """Ask for the revision before, ahead of the deadline; return the id of the job.

    Raises:
        Forbidden: the admin may not commit in a location that the waiting revision changed.
        NotFound: none waits: it was confirmed or rolled back meanwhile.
    """
    waiting = require_open(by)
    return enqueue(waiting.number, by=by, at=at)


@transaction.atomic
def ask_again(waiting: OpenConfirmation, *, by: Actor, at: datetime) -> None:
    """Put another job in the place of the one that should have rolled back."""
    job_id = enqueue(waiting.number, by=by, at=at)
    Confirmation.objects.filter(revision_id=waiting.number).update(job_id=job_id)


def enqueue(number: int, *, by: Actor, at: datetime, run_at: datetime | None = None) -> int:
    """Enqueue the restoring of what ran before a revision."""
    return jobs.enqueue(
        kind=JOB_KIND,
        arguments={"revision": number, "at_deadline": run_at is not None},
        by=by,
        at=at,
        run_at=run_at,
        description=f"revision {number}" + (" unless it is confirmed" if run_at else ""),
    )


def require_open(by: Actor) -> OpenConfirmation:
    """Return the revision that waits, its row locked, for someone who may end the waiting."""
    Confirmation.objects.select_for_update().filter(outcome=Outcome.OPEN).first()
    waiting = queries.open_confirmation()
    if waiting is None:
        message = "No commit waits to be confirmed: it was confirmed or rolled back meanwhile."
        raise NotFound(message, hint="Reload the page.")
    for location in waiting.locations:
        require(by, Action.COMMIT, location)
    return waiting


def end(waiting: OpenConfirmation, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    """Close the window, and withdraw the job that waits for the deadline."""
    Confirmation.objects.filter(revision_id=waiting.number).update(
        outcome=outcome, ended_by=by.name, ended_at=at
    )
    text = f"Revision {waiting.number} was {outcome.value.replace('-', ' ')} by {by.name}."
    jobs.withdraw(job_id=waiting.job_id, text=text, at=at)
