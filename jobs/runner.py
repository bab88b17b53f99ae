"""Moves jobs: huey's queue, and its worker threads inside this process.

huey carries numbers of jobs and nothing else; what a job is and how far it has come, its row says.
So a message that is lost, doubled or late does no harm: the sweeper announces what huey has not
heard of, and a job that cannot be claimed is not run. This is the only module that knows huey.
"""

import json
import logging
import os
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from huey import SqliteHuey
from huey.consumer import BaseProcess, Consumer, Worker
from huey.registry import Message
from huey.serializer import Serializer

from django.conf import settings
from django.db import connections
from django.utils import timezone

from jobs import execution, leases, registry
from jobs.folder import FolderLock

WORKERS: Final = 2

SWEEP_EVERY_S: Final = 1.0
"""How soon a due, abandoned or unannounced job is picked up."""

TIDY_EVERY: Final = timedelta(hours=1)
"""How often the housekeeping named in the settings is done."""

LOOK_EVERY: Final = timedelta(minutes=1)
"""How often the settings' functions look whether something is due."""

LISTEN_EVERY_S: Final = 0.2
"""How soon another process's message, or the end of its job, is seen; this one's wake at once."""

STOP_WITHIN_S: Final = 10.0
"""How long a stop waits for running jobs; one that takes longer runs again at the next start."""

_ARRIVED: Final = threading.Event()
_log: Final = logging.getLogger(__name__)


class _JobNumbers(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON: a queue that others may write to must not hold pickles."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, data.args[0]]).encode("ascii")

    def _deserialize(self, data: bytes) -> Message:
        task_id, name, job_id = json.loads(data)
        return Message(id=task_id, name=name, args=(int(job_id),), kwargs={})


class _Queue(SqliteHuey):  # type: ignore[misc]  # huey has no types
    """huey with its one task.

    Attributes:
        owner: the runner of this process, in whose name jobs are claimed.
        announce: puts the number of a job into the queue.
    """

    def __init__(self, file: Path) -> None:
        # Made here, for its owner only: SQLite would let everybody read it.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        super().__init__("jobs", filename=str(file), results=False, serializer=_JobNumbers())
        self.owner = ""
        self.announce = self.task(name="run_job")(self._run_job)

    def announce_unheard(self, job_ids: list[int]) -> None:
        """Announce the jobs that no message waits for."""
        if job_ids:
            heard = {task.args[0] for task in self.pending()}
            for job_id in job_ids:
                if job_id not in heard:
                    self.announce(job_id)
                    _ARRIVED.set()

    def _run_job(self, job_id: int) -> None:
        try:
            if execution.run(job_id, owner=self.owner):
                self.announce_unheard(leases.ready(_now()))  # The next of a serial queue.
        finally:
            connections.close_all()


class _Worker(Worker):  # type: ignore[misc]  # huey has no types
    """A worker that wakes as soon as this process announces a job."""

    def sleep(self) -> None:
        """Wait for an announcement, or for the time to look what other processes wrote."""
        if _ARRIVED.wait(LISTEN_EVERY_S):
            _ARRIVED.clear()


class _Sweeper(BaseProcess):  # type: ignore[misc]  # huey has no types
    """Takes the place of huey's scheduler: due and abandoned jobs are found in the rows."""

    def __init__(self, huey: SqliteHuey, stop_flag: threading.Event, **_: object) -> None:
        super().__init__(huey, stop_flag)
        self._next_tidy_at = self._next_look_at = datetime.min.replace(tzinfo=UTC)

    def loop(self, now: datetime | None = None) -> None:
        """Sweep once, then wait."""
        del now  # huey's own tests pass it
        try:
            execution.keep_alive(_now())
            self.huey.announce_unheard(leases.sweep(_now()))
            self._tidy(_now())
            self._look(_now())
        except Exception:  # noqa: BLE001  the top of a thread: it goes on after any error
            _log.exception("the job table could not be swept; trying again")
            connections.close_all()
        self.stop_flag.wait(SWEEP_EVERY_S)

    def shutdown(self) -> None:
        """Leave no database connection behind."""
        connections.close_all()

    def _tidy(self, now: datetime) -> None:
        if now >= self._next_tidy_at:
            self._next_tidy_at = now + TIDY_EVERY
            for work in registry.housekeeping():
                work(now)

    def _look(self, now: datetime) -> None:
        if now >= self._next_look_at:
            self._next_look_at = now + LOOK_EVERY
            for work in registry.every_minute():
                work(now)


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no types
    """Worker threads and sweeper; the process's signals are none of its business."""

    worker_class = _Worker
    scheduler_class = _Sweeper

    def _set_signal_handlers(self) -> None:
        pass


class EmbeddedRunner:
    """Runs jobs in threads of this process, if no other process runs those of the data folder.

    A second process stands by, and takes over when the first ends.
    """

    def __init__(self, *, stop_within_s: float = STOP_WITHIN_S) -> None:
        self.owner = _owner("runner")
        self._stop_within_s = stop_within_s
        self._stopping = threading.Event()
        self._standby: threading.Thread | None = None
        self._consumer: _Consumer | None = None
        self._lock: FolderLock | None = None

    @property
    def is_running_jobs(self) -> bool:
        """Whether this process runs the folder's jobs; otherwise it stands by."""
        return self._consumer is not None

    def start(self) -> None:
        """Begin to run jobs, or to stand by."""
        if not self._take_over():
            self._standby = threading.Thread(
                target=self._stand_by, name="jobs-standby", daemon=True
            )
            self._standby.start()

    def stop(self) -> None:
        """Stop; running jobs have a while to finish, then run again at the next start."""
        self._stopping.set()
        if self._standby is not None:
            self._standby.join()
        if self._consumer is None or self._lock is None:
            return
        self._consumer.stop(graceful=True)
        busy = [thread for _, thread in self._consumer.worker_threads if thread.is_alive()]
        if not busy:
            # With a job still running, the lock stays until the process ends.
            self._lock.release()
        self._consumer = None

    def _stand_by(self) -> None:
        try:
            while not self._stopping.wait(SWEEP_EVERY_S):
                if self._tried_to_take_over():
                    return
        finally:
            connections.close_all()

    def _tried_to_take_over(self) -> bool:
        try:
            return self._take_over()
        except Exception:  # noqa: BLE001  the top of a thread: it goes on after any error
            _log.exception("the jobs could not be taken over; trying again")
            return False

    def _take_over(self) -> bool:
        lock = FolderLock.acquire(Path(settings.DATA_DIR))
        if lock is None:
            return False
        try:
            if lock.previous_owner:
                leases.release_owner(lock.previous_owner, now=_now())
            lock.sign(self.owner)
            queue = _queue()
            queue.owner = self.owner
            queue.storage.flush_queue()  # The rows know what waits.
            consumer = _Consumer(
                queue, workers=WORKERS, periodic=False, shutdown_timeout=self._stop_within_s
            )
            consumer.start()
        except BaseException:
            lock.release()
            raise
        self._lock, self._consumer = lock, consumer
        return True


def announce(job_id: int) -> None:
    """Tell the workers of a job; safe to repeat."""
    _queue().announce(job_id)
    _ARRIVED.set()


def run_to_end(job_id: int, *, pause: Callable[[float], None]) -> None:
    """Wait until a job has ended; run it in this thread when no other process does. For commands.

    The same goes for the jobs that wait before it in its serial queue, and for those whose process
    has died: their lease runs out.

    Args:
        job_id: the job.
        pause: waits so many seconds.
    """
    while (number := leases.next_in_line(job_id)) is not None:
        leases.sweep(_now())
        if not run_now(number):
            pause(LISTEN_EVERY_S)


def run_now(job_id: int) -> bool:
    """Run a job in this thread, as a worker would.

    Returns:
        False if it cannot be claimed now.
    """
    return execution.run(job_id, owner=_owner("command"))


def _queue() -> _Queue:
    return _queue_in(Path(settings.DATA_DIR))


@cache
def _queue_in(folder: Path) -> _Queue:
    return _Queue(folder / "jobs.db")


def _owner(kind: str) -> str:
    return f"{kind}-{os.getpid()}-{uuid.uuid4()}"


def _now() -> datetime:
    return timezone.now()  # noqa: TID251  jobs read the clock
