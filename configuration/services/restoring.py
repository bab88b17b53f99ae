"""Restoring the revision before one that nobody confirmed: a new revision equal to it."""

from datetime import datetime

from django.db import transaction

from audit import services as audit
from configuration import queries
from configuration.confirming import OpenConfirmation, Outcome
from configuration.document import ChangedObject, compare
from configuration.models import CandidateLoad, ChangeRecord, Confirmation, Revision
from configuration.services import confirmation, publishing
from domain.actors import SYSTEM, Actor
from domain.errors import Refused


@transaction.atomic
def roll_back(*, number: int, job_id: int, by: Actor, at: datetime) -> int | None:
    """Make what ran before a revision running again; return the number of the new revision.

    The candidate is left as it is, so that what the revision had brought is pending again, in the
    name of who changed it. Certificates keep their material: it belongs to no revision. A job
    rolls back once: asked again, this returns the revision it made the first time.

    Args:
        number: the revision that waits to be confirmed.
        job_id: the job that rolls back.
        by: who wants it; the device itself when the time is over.
        at: the time.

    Returns:
        None when the revision does not wait any more; nothing was changed.
    """
    done = queries.revision_of_job(job_id)
    if done is not None:
        return done.number
    Confirmation.objects.select_for_update().filter(outcome=Outcome.OPEN).first()
    waiting = queries.open_confirmation()
    if waiting is None or waiting.number != number:
        return None
    reason = _reason(waiting, by)
    changes = compare(queries.document_of(number), queries.document_of(number - 1))
    _publish(changes, number=number, job_id=job_id, reason=reason, by=by, at=at)
    confirmation.end(waiting, Outcome.ROLLED_BACK, by=by, at=at)
    audit.record(
        kind="commit",
        actor=by,
        text=f"{reason} Changed objects: {len(changes)}; they are pending again.",
        at=at,
        object_name=f"revision {number + 1}",
        detail={"job": str(job_id)},
    )
    return number + 1


def _reason(waiting: OpenConfirmation, by: Actor) -> str:
    why = (
        f"revision {waiting.number} was not confirmed by {waiting.until}"
        if by.name == SYSTEM.name
        else f"{by.name} rolled revision {waiting.number} back"
    )
    return f"{waiting.before.capitalize()} restored: {why}."


def _publish(
    changes: tuple[ChangedObject, ...],
    *,
    number: int,
    job_id: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    left = Revision.objects.filter(number=number, running=True).update(running=False)
    if not left:
        raise Refused(f"Revision {number} is not running any more. Nothing was rolled back.")
    revision = Revision.objects.create(
        number=number + 1,
        created_at=at,
        by=by.name,
        description=reason,
        job_id=job_id,
        running=True,
    )
    publishing.make_running(changes, revision.number, by=by, at=at)
    # What the revision had settled is pending again, unless the candidate equals what runs now.
    ChangeRecord.objects.filter(revision_id=number).update(revision=None)
    CandidateLoad.objects.filter(revision_id=number).update(revision=None)
    publishing.settle_changes((), revision.number)
