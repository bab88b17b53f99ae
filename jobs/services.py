"""Enqueue background work, and cancel what has not begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from audit import services as audit
from device import access
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Refused
from domain.locations import DEVICE
from jobs import leases, queries, registry, runner
from jobs.codec import actor_to_json
from jobs.leases import release_owner, sweep
from jobs.models import Job, Queue, Result, State

__all__ = ["EnqueueOptions", "cancel", "enqueue", "release_owner", "sweep", "withdraw"]

_NEWS: Final = timedelta(minutes=10)
"""How long the end of a job is worth telling."""

_MOST_NEWS: Final = 3
"""How many ends are told at once."""

_AT_ONCE: Final = 200
"""How many old jobs are removed in one transaction."""


class EnqueueOptions(TypedDict, total=False):
    """What may be said about a job beside its kind and arguments.

    Attributes:
        description: what it is about, for the task list.
        queue: ``"default"``, or ``"commit"`` for one at a time in order of id.
        dedupe_key: while an unfinished job has this key, that one is meant.
        run_at: not before this moment.
    """

    description: str
    queue: str
    dedupe_key: str
    run_at: datetime | None


def enqueue(
    *,
    kind: str,
    arguments: Mapping[str, Any],
    by: Actor,
    at: datetime,
    **options: Unpack[EnqueueOptions],
) -> int:
    """Ask for background work.

    The job is a row of this transaction: it runs after the commit, and a rollback leaves none.

    Args:
        kind: key of a handler in ``settings.JOB_HANDLERS``.
        arguments: JSON values for the handler; never secrets, which travel as UUIDs.
        by: who asks.
        at: the current time.
        options: see :class:`EnqueueOptions`.

    Returns:
        The job's number; that of the unfinished job with the same dedupe key, if there is one.

    Raises:
        UnknownKind: no handler is registered for the kind.
    """
    if not registry.is_known(kind):
        raise registry.UnknownKind(kind)
    row = Job(
        kind=kind,
        arguments=dict(arguments),
        admin=by.name,
        by=actor_to_json(by),
        enqueued_at=at,
        description=options.get("description", ""),
        queue=Queue(options.get("queue", Queue.DEFAULT)),
        dedupe_key=options.get("dedupe_key", ""),
        run_at=options.get("run_at"),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        existing = _unfinished(row.dedupe_key)
        if existing is None:
            raise
        return existing
    if row.run_at is None or row.run_at <= at:
        # If the workers cannot be told, the sweeper finds the row.
        transaction.on_commit(lambda: runner.announce(row.pk), robust=True)
    return row.pk


@transaction.atomic
def cancel(*, job_id: int, by: Actor, at: datetime) -> None:
    """Cancel a job that waits to run, or to run again.

    Raises:
        NotFound: there is no such job.
        Forbidden: the role does not allow it, or not with another admin's job.
        Refused: it runs already, or has ended.
    """
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    _require_may_manage(row, by)
    if not leases.cancel(job_id, text=f"Cancelled by {by.name}.", now=at):
        hint = "Only a job that waits can be cancelled."
        raise Refused(f"Job {job_id} runs already, or has ended.", hint=hint)
    put_away = registry.canceller(row.kind)
    if put_away is not None:
        put_away(row.arguments, by, at)
    text = f"Job {job_id} ({row.kind}) cancelled."
    audit.record(kind="job", actor=by, text=text, at=at, object_name=row.description[:255])


def withdraw(*, job_id: int, text: str, at: datetime) -> None:
    """End a job that waits, because what it is for is done or no longer wanted; else do nothing."""
    leases.cancel(job_id, text=text, now=at)


def retry(*, job_id: int, by: Actor, at: datetime) -> int:
    """Ask once more for what a failed job was to do; the new job names the old one.

    Returns:
        The number of the new job.

    Raises:
        NotFound: there is no such job.
        Forbidden: the role does not allow it, or the job is another admin's.
        Refused: the job has not failed, or its kind cannot be retried, or what it wants is
            against a rule that holds now.
    """
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    _require_may_manage(row, by)
    if row.result != Result.FAILED or not registry.is_retriable(row.kind):
        hint = "Only a job that failed can be retried, and not every kind of job."
        raise Refused(f"Job {job_id} cannot be retried.", hint=hint)
    with transaction.atomic():
        new_id = registry.retrier(row.kind)(row.arguments, by, at)
        Job.objects.filter(pk=new_id).update(retry_of=row)
        text = f"Job {job_id} ({row.kind}) retried as job {new_id}."
        audit.record(kind="job", actor=by, text=text, at=at, object_name=row.description[:255])
    return new_id


def tell_finished(*, by: Actor, at: datetime) -> list[queries.JobView]:
    """Return the jobs of an admin that have ended lately, each once."""
    ended = Job.objects.filter(
        admin=by.name, announced=False, state=State.FINISHED, finished_at__gte=at - _NEWS
    )
    numbers = ended.order_by("pk").values_list("pk", flat=True)[:_MOST_NEWS]
    # Of two windows that ask at once only one changes the row.
    return [queries.job(number) for number in numbers if _announce(number, by)]


def seen(*, job_id: int, by: Actor) -> None:
    """Note that an admin looks at the end of a job; only one's own counts."""
    _announce(job_id, by)


def prune(now: datetime) -> None:
    """Remove the jobs that ended more than ``settings.JOB_DAYS`` days ago, with their logs."""
    old = Job.objects.filter(
        state=State.FINISHED, finished_at__lt=now - timedelta(days=settings.JOB_DAYS)
    )
    while numbers := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        Job.objects.filter(pk__in=numbers).delete()


def _announce(job_id: int, by: Actor) -> bool:
    unheard = Job.objects.filter(pk=job_id, admin=by.name, announced=False, state=State.FINISHED)
    return bool(unheard.update(announced=True))


def _require_may_manage(row: Job, by: Actor) -> None:
    if by.name == row.admin:
        access.require(by, Action.MANAGE_JOBS)
    else:
        access.require(by, Action.MANAGE_OTHERS_JOBS, DEVICE)


def _unfinished(dedupe_key: str) -> int | None:
    if not dedupe_key:
        return None
    rows = Job.objects.filter(dedupe_key=dedupe_key).exclude(state=State.FINISHED)
    return rows.values_list("pk", flat=True).first()
