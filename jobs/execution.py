"""Run one job: claim it, keep its lease alive, call its handler, store how it ended."""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from structlog.contextvars import bound_contextvars

from django.db import connections
from django.utils import timezone

from domain.actors import Actor
from domain.errors import Refused
from jobs import leases, registry
from jobs.handlers import JobFailed, JobResult, LeaseLost, Level, TryAgain
from jobs.leases import Claim, Ending
from jobs.models import Result

HEARTBEAT_S: Final = 10.0
"""How often a lease is renewed: three times before it would run out."""

PROGRESS_EVERY_S: Final = 0.5
"""Progress is stored at most this often."""

_log: Final = logging.getLogger(__name__)
_running: Final[dict[int, Claim]] = {}
"""What this process works on."""


class ClaimedJob:
    """The running job a handler works for; see :class:`jobs.handlers.RunningJob`."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._progress_at = -PROGRESS_EVERY_S
        self._lock = threading.Lock()

    @property
    def id(self) -> int:
        """Number shown to admins."""
        return self._claim.job_id

    @property
    def kind(self) -> str:
        """Key of the handler."""
        return self._claim.kind

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the job was enqueued with."""
        return self._claim.arguments

    @property
    def by(self) -> Actor:
        """Who asked for the job."""
        return self._claim.by

    @property
    def attempt(self) -> int:
        """1, or more when earlier runs were cut off."""
        return self._claim.attempt

    def say(self, text: str, *, level: Level = "info", hint: str = "", url: str = "") -> None:
        """Add a line to the job's log.

        Raises:
            LeaseLost: another runner has taken the job over.
        """
        with self._lock:
            if not leases.is_held(self._claim):
                raise LeaseLost
            line = leases.Line(level, text, hint, url)
            leases.add_line(self.id, line, now=_now())

    def progress(self, percent: int) -> None:
        """Note how far the job is; only every half second is stored.

        Raises:
            LeaseLost: another runner has taken the job over.
        """
        with self._lock:
            if time.monotonic() - self._progress_at < PROGRESS_EVERY_S:
                return
            self._progress_at = time.monotonic()
            if not leases.note_progress(self._claim, percent):
                raise LeaseLost


class Heartbeat:
    """Renews a lease from a thread of its own while a handler works."""

    def __init__(self, claim: Claim, *, every_s: float = HEARTBEAT_S) -> None:
        self._claim = claim
        self._every_s = every_s
        self._done = threading.Event()
        self._thread = threading.Thread(
            target=self._beat, name=f"job-{claim.job_id}-heartbeat", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._done.wait(self._every_s):
                if not self._renewed():
                    return
        finally:
            connections.close_all()

    def _renewed(self) -> bool:
        try:
            return leases.renew(self._claim, now=_now())
        except Exception:  # noqa: BLE001  the next beat may succeed; two may fail in a lease
            _log.exception("job %s: its lease could not be renewed", self._claim.job_id)
            return True


def run(job_id: int, *, owner: str) -> bool:
    """Run a job to its end, in this thread.

    Returns:
        False if it cannot be claimed now: it runs elsewhere, is finished, or is not due.
    """
    claim = leases.claim(job_id, owner=owner, now=_now())
    if claim is None:
        return False
    _running[job_id] = claim
    try:
        with Heartbeat(claim), bound_contextvars(job=job_id):
            ending = _work(claim)
    finally:
        del _running[job_id]
    if not _settle(claim, ending):
        _log.warning("job %d: its lease was lost while it ran; its outcome is dropped", job_id)
    return True


def keep_alive(now: datetime) -> None:
    """Renew the leases of this process that ran out: it lives, so it was asleep or very slow.

    Called before abandoned jobs are looked for, it keeps a laptop that wakes up from running its
    own jobs twice.
    """
    for claim in list(_running.values()):
        if leases.is_expired(claim, now=now):
            leases.renew(claim, now=now)


def _settle(claim: Claim, ending: Ending | TryAgain | None) -> bool:
    """Store what came of a run; False says that its lease was lost."""
    if ending is None or not leases.is_held(claim):
        return False
    if isinstance(ending, Ending):
        return leases.finish(claim, ending, now=_now())
    until = _now() + ending.after
    text = f"{ending.message} Trying again at {until:%H:%M:%S} UTC."
    line = leases.Line("warning", text, ending.hint)
    leases.add_line(claim.job_id, line, now=_now())
    return leases.postpone(claim, until=until)


def _work(claim: Claim) -> Ending | TryAgain | None:
    try:
        outcome = registry.handler(claim.kind)(ClaimedJob(claim)) or JobResult("")
    except LeaseLost:
        return None
    except TryAgain as later:
        return later
    except (JobFailed, Refused) as failure:
        return Ending(Result.FAILED, _with_problems(failure), failure.hint)
    except (Exception, SystemExit) as error:  # noqa: BLE001  the top of a job: anything ends it
        _log.exception("job %d (%s) failed", claim.job_id, claim.kind)
        return Ending(
            Result.FAILED,
            f"An internal error stopped the job ({type(error).__name__}).",
            "The program's log has the details. Please report it.",
        )
    result = Result.WARNING if outcome.warning else Result.OK
    return Ending(result, outcome.text, url=outcome.url, url_label=outcome.url_label)


def _with_problems(failure: JobFailed | Refused) -> str:
    problems = failure.problems if isinstance(failure, Refused) else ()
    return " ".join([failure.message, *(problem.message for problem in problems)])


def _now() -> datetime:
    return timezone.now()  # noqa: TID251  jobs read the clock
