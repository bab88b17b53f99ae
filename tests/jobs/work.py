"""Handlers for tests. Some wait at a gate, so that a test decides when they go on."""

import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

from structlog.contextvars import get_contextvars

from django.db import connections

from domain.actors import Actor
from domain.errors import Problem, Refused
from jobs import execution, leases, services
from jobs.handlers import JobFailed, JobResult, RunningJob, TryAgain
from jobs.models import Job

_gate = threading.Event()
_arrived = threading.Event()
_lock = threading.Lock()
cancelled: list[tuple[dict[str, Any], str]] = []
"""Arguments of the jobs that were cancelled, and who cancelled them."""
ran: list[int] = []
"""Numbers of the jobs that ``count`` and ``gated`` ran, in order."""
house_kept: list[datetime] = []
"""The times at which the housekeeping was done."""


def forget() -> None:
    """Begin anew: nothing ran, the gate is shut."""
    house_kept.clear()
    cancelled.clear()
    ran.clear()
    _gate.clear()
    _arrived.clear()


def keep_house(now: datetime) -> None:
    """Note that the housekeeping was done."""
    house_kept.append(now)


def open_gate() -> None:
    """Let waiting jobs go on."""
    _gate.set()


def somebody_waits() -> bool:
    """Tell whether a job has come to the gate."""
    return _arrived.is_set()


def echo(job: RunningJob) -> JobResult:
    """Say what it was given."""
    job.say(f"attempt {job.attempt} of {job.kind} {job.id} for {job.by.name}", url="/tasks/7/")
    job.progress(40)
    job.progress(60)
    return JobResult(str(job.arguments["text"]), url="/tasks/", url_label="Show tasks")


def numbered(job: RunningJob) -> JobResult:
    """Say what the lines of the program's log are marked with."""
    del job
    return JobResult(str(get_contextvars()))


def fail(job: RunningJob) -> NoReturn:
    """Fail for a reason that people should read."""
    job.say("The server said no.", level="error", hint="Ask it why.")
    raise JobFailed("The server refused.", "Look at its log.")


def refuse(job: RunningJob) -> NoReturn:
    """Be refused by a service."""
    del job
    raise Refused("No.", hint="Try yes.", problems=[Problem("name", "The name is taken.")])


def later(job: RunningJob) -> NoReturn:
    """Find the server away."""
    if job.arguments.get("loses_lease"):
        Job.objects.filter(pk=job.id).update(lease_owner="another runner")
    raise TryAgain("Nobody is there.", "Start it.", after=timedelta(minutes=5))


def crash(job: RunningJob) -> NoReturn:
    """Break, with a secret in the error."""
    del job
    message = "password=hunter2"
    raise RuntimeError(message)


def leave(job: RunningJob) -> NoReturn:
    """Behave like a command that ends its process."""
    del job
    sys.exit(3)


def oversleep(job: RunningJob) -> None:
    """Wake up after the lease has run out, with the sweeper awake first."""
    Job.objects.filter(pk=job.id).update(lease_until=job.arguments["ran_out_at"])
    now = datetime.fromisoformat(job.arguments["now"])
    execution.keep_alive(now)
    leases.sweep(now)
    job.say("Still mine.")


def warn(job: RunningJob) -> JobResult:
    """Succeed, with a warning."""
    job.say("The CA certificate expires soon.", level="warning", hint="Renew it.")
    return JobResult("Done.", warning=True)


def nothing(job: RunningJob) -> None:
    """Have nothing to say."""
    del job


def gated(job: RunningJob) -> None:
    """Wait until the test opens the gate."""
    _arrived.set()
    assert _gate.wait(20)
    count(job)


def put_away(arguments: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Note what was cancelled, and by whom."""
    del at
    cancelled.append((dict(arguments), by.name))


def again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask once more for a job that fails."""
    return services.enqueue(kind="fail", arguments=arguments, by=by, at=at)


def count(job: RunningJob) -> None:
    """Note that it ran."""
    with _lock:
        ran.append(job.id)


def takeover(job: RunningJob) -> JobResult:
    """Lose the lease in the middle, and go on."""
    Job.objects.filter(pk=job.id).update(lease_owner="another runner")
    if job.arguments.get("speaks"):
        job.say("This must not be kept.")
    if job.arguments.get("progresses"):
        job.progress(50)
    return JobResult("This must not be kept either.")


def spoken(job: RunningJob, text: str) -> None:
    """Say something from a thread of one's own."""
    try:
        job.say(text)
    finally:
        connections.close_all()
