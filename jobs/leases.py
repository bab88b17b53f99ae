"""Who may run a job: claim, renew, finish, postpone, cancel, sweep.

The job's row is the truth. A runner claims a job with one conditional UPDATE, so two never run
the same one, and holds it by a lease that a heartbeat renews. When a process dies its leases run
out, or the next start releases them, and the job is queued again: handlers are idempotent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from audit import services as audit
from domain.actors import Actor
from jobs.codec import actor_from_json
from jobs.models import Job, JobLine, Queue, Result, State

LEASE: Final = timedelta(seconds=30)
"""How long a job counts as running without a sign of life from its runner."""

MAX_ATTEMPTS: Final = 3
"""How often a job is started before the device gives it up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job, until the lease runs out.

    Attributes:
        owner: the runner that holds it.
        attempt: 1, or more when earlier runs were cut off; part of the right.
    """

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    by: Actor
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run of a job ended."""

    result: Result
    text: str
    hint: str = ""
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a job's log says; its fields are those of the row."""

    level: str
    text: str
    hint: str = ""
    url: str = ""


def claim(job_id: int, *, owner: str, now: datetime) -> Claim | None:
    """Take a job to run it.

    Args:
        job_id: the job.
        owner: who takes it; leases are released by this word.
        now: the current time.

    Returns:
        The right to run it, or ``None``: it runs already, is finished, is not due, or waits for
        an earlier job of its queue.
    """
    try:
        with transaction.atomic():
            taken = (
                _claimable(now)
                .filter(pk=job_id)
                .update(
                    state=State.RUNNING,
                    attempts=F("attempts") + 1,
                    started_at=Coalesce("started_at", now),
                    lease_owner=owner,
                    lease_until=now + LEASE,
                )
            )
    except IntegrityError:  # Another runner took an earlier job of the serial queue just now.
        return None
    if not taken:
        return None
    row = Job.objects.get(pk=job_id)
    return Claim(
        job_id=row.pk,
        kind=row.kind,
        arguments=row.arguments,
        by=actor_from_json(row.by),
        owner=owner,
        attempt=row.attempts,
    )


def renew(held: Claim, *, now: datetime) -> bool:
    """Prolong a lease; False says that it is no longer held."""
    return bool(_held(held).update(lease_until=now + LEASE))


def note_progress(held: Claim, percent: int) -> bool:
    """Store how far a job is; False says that the lease is no longer held."""
    return bool(_held(held).update(progress=max(0, min(100, percent))))


def finish(held: Claim, ending: Ending, *, now: datetime) -> bool:
    """End a job, and what it left open; False says that the lease was lost, nothing was stored."""
    with transaction.atomic():
        ended = bool(_held(held).update(**_finished(ending, now), progress=100))
        if ended:
            audit.abandon_transcripts(job_id=held.job_id, at=now)
    return ended


def cancel(job_id: int, *, text: str, now: datetime) -> bool:
    """End a job that waits; False says that it runs, or has ended, and nothing was stored."""
    waiting = Job.objects.filter(pk=job_id, state=State.QUEUED)
    return bool(waiting.update(**_finished(Ending(Result.CANCELLED, text), now)))


def postpone(held: Claim, *, until: datetime) -> bool:
    """Queue a running job again for later, as the same attempt; False says the lease was lost."""
    return bool(
        _held(held).update(
            state=State.QUEUED,
            run_at=until,
            attempts=F("attempts") - 1,
            lease_owner="",
            lease_until=None,
        )
    )


def is_held(held: Claim) -> bool:
    """Tell whether a lease is still its claimer's."""
    return _held(held).exists()


def is_expired(held: Claim, *, now: datetime) -> bool:
    """Tell whether a lease ran out, and nobody has noticed yet."""
    return _held(held).filter(lease_until__lt=now).exists()


def add_line(job_id: int, line: Line, *, now: datetime) -> None:
    """Append a line to a job's log."""
    with transaction.atomic():
        # The row's lock keeps two writers from taking the same number.
        job = Job.objects.select_for_update().get(pk=job_id)
        last = job.lines.aggregate(last=Max("sequence"))["last"] or 0
        JobLine.objects.create(
            job=job,
            sequence=last + 1,
            at=now,
            level=line.level,
            text=line.text,
            hint=line.hint,
            url=line.url,
        )


def ready(now: datetime, *, limit: int = 100) -> list[int]:
    """Return the jobs that could be claimed now, the oldest first."""
    return list(_claimable(now).order_by("pk").values_list("pk", flat=True)[:limit])


def next_in_line(job_id: int) -> int | None:
    """Return the job that has to run next for a job to end; ``None`` when it has ended.

    It is the job itself, or the first of those that wait before it in its serial queue.
    """
    unfinished = Job.objects.exclude(state=State.FINISHED)
    job = unfinished.filter(pk=job_id).first()
    if job is None or job.queue != Queue.COMMIT:
        return job.pk if job else None
    before = unfinished.filter(queue=Queue.COMMIT, pk__lte=job_id)
    return before.order_by("pk").values_list("pk", flat=True).first()


def sweep(now: datetime) -> list[int]:
    """Queue abandoned jobs again, and return every job that could be claimed now.

    A job abandoned for the third time is given up.
    """
    expired = Job.objects.filter(state=State.RUNNING, lease_until__lt=now)
    _requeue(list(expired.values_list("pk", "lease_owner", "attempts")), now)
    return ready(now)


def release_owner(owner: str, *, now: datetime) -> None:
    """Queue the jobs of a runner that is known to be dead."""
    held = Job.objects.filter(state=State.RUNNING, lease_owner=owner)
    _requeue(list(held.values_list("pk", "lease_owner", "attempts")), now)


def _claimable(now: datetime) -> QuerySet[Job]:
    earlier = Job.objects.filter(queue=Queue.COMMIT, pk__lt=OuterRef("pk")).exclude(
        state=State.FINISHED
    )
    return Job.objects.filter(
        Q(run_at=None) | Q(run_at__lte=now),
        ~Q(queue=Queue.COMMIT) | ~Exists(earlier),
        state=State.QUEUED,
    )


def _held(held: Claim) -> QuerySet[Job]:
    return Job.objects.filter(
        pk=held.job_id, state=State.RUNNING, lease_owner=held.owner, attempts=held.attempt
    )


def _finished(ending: Ending, now: datetime) -> dict[str, Any]:
    return {
        "state": State.FINISHED,
        "result": ending.result,
        "result_text": ending.text,
        "result_hint": ending.hint,
        "result_url": ending.url,
        "result_url_label": ending.url_label,
        "finished_at": now,
        "lease_owner": "",
        "lease_until": None,
    }


def _requeue(rows: list[tuple[int, str, int]], now: datetime) -> None:
    for job_id, owner, attempts in rows:
        abandoned = Job.objects.filter(
            pk=job_id, state=State.RUNNING, lease_owner=owner, attempts=attempts
        )
        with transaction.atomic():
            if attempts >= MAX_ATTEMPTS:
                level, text = "error", f"The job was interrupted {attempts} times and was given up."
                hint = "Look for the reason in the program's log, then start it again."
                changes = _finished(Ending(Result.FAILED, text, hint), now)
            else:
                level, hint = "warning", ""
                text = "The job was interrupted: its process ended. It runs again from the start."
                changes = {"state": State.QUEUED, "lease_owner": "", "lease_until": None}
            if abandoned.update(**changes):
                add_line(job_id, Line(level, text, hint), now=now)
                audit.abandon_transcripts(job_id=job_id, at=now)
