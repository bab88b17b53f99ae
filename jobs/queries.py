"""Read jobs: values for the task list and the job dialog."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.errors import NotFound
from jobs import registry
from jobs.models import Job, JobLine, Result, State

_STATE_WORDS: Final = {
    State.QUEUED.value: "Queued",
    State.RUNNING.value: "Running",
    State.FINISHED.value: "Completed",
}
_RESULT_WORDS: Final = {
    Result.NONE.value: "Pending",
    Result.OK.value: "Successful",
    Result.WARNING.value: "Successful with warnings",
    Result.FAILED.value: "Failed",
    Result.CANCELLED.value: "Cancelled",
}
_TONES: Final = {
    State.QUEUED.value: "neutral",
    State.RUNNING.value: "busy",
    Result.OK.value: "ok",
    Result.WARNING.value: "warn",
    Result.FAILED.value: "error",
    Result.CANCELLED.value: "neutral",
}
_NOTICES: Final = {
    Result.OK.value: "ok",
    Result.WARNING.value: "warn",
    Result.FAILED.value: "error",
    Result.CANCELLED.value: "info",
}
_LINE_WORDS: Final = {"info": "Info", "warning": "Warning", "error": "Error"}
_LINE_TONES: Final = {"info": "neutral", "warning": "warn", "error": "error"}


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a job's log; ``url`` is the path of a dialog that shows what it is about."""

    at: datetime
    level: str
    text: str
    hint: str
    url: str = ""

    @property
    def word(self) -> str:
        """The level as people read it."""
        return _LINE_WORDS[self.level]

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the level."""
        return _LINE_TONES[self.level]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as admins see it.

    Attributes:
        state: ``"queued"``, ``"running"`` or ``"finished"``.
        result: ``""`` until it is finished, then ``"ok"``, ``"warning"``, ``"failed"`` or
            ``"cancelled"``.
        progress: percent.
        admin: name of who asked for it.
        waits_until: when it is due, if that was put off; ``None`` for as soon as it can.
        attempts: how often it was started.
        result_url: path to the outcome; may be empty.
        retry_of: number of the job that it does once more; ``None`` for none.
        may_retry: whether it failed, and jobs of its kind can be retried.
        lines: its log; empty in lists.
    """

    id: int
    kind: str
    description: str
    state: str
    result: str
    progress: int
    admin: str
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    waits_until: datetime | None
    attempts: int
    result_text: str
    result_hint: str
    result_url: str
    result_url_label: str
    retry_of: int | None = None
    may_retry: bool = False
    lines: tuple[LineView, ...] = ()

    @property
    def type(self) -> str:
        """The kind as people read it: ``"Commit"``, ``"Generate"``..."""
        return self.kind.replace("-", " ").replace("_", " ").capitalize()

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state == State.FINISHED

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be cancelled."""
        return self.state == State.QUEUED

    @property
    def is_failed(self) -> bool:
        """Whether it ended without doing its work."""
        return self.result == Result.FAILED

    @property
    def state_word(self) -> str:
        """Where it is, as people read it."""
        return _STATE_WORDS[self.state]

    @property
    def result_word(self) -> str:
        """How it ended, as people read it."""
        return _RESULT_WORDS[self.result]

    @property
    def word(self) -> str:
        """Result, or state while there is none."""
        return self.result_word if self.result else self.state_word

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with it."""
        return _TONES[self.result or self.state]

    @property
    def notice_level(self) -> str:
        """Which notice goes with its end."""
        return _NOTICES[self.result]

    @property
    def details(self) -> tuple[LineView, ...]:
        """The lines that are not warnings."""
        return tuple(line for line in self.lines if line.level != "warning")

    @property
    def warnings(self) -> tuple[LineView, ...]:
        """The lines an admin should look at."""
        return tuple(line for line in self.lines if line.level == "warning")


def job(job_id: int) -> JobView:
    """Return one job with its log.

    Raises:
        NotFound: there is no job with this number.
    """
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return _view(row, row.lines.order_by("sequence"))


def list_jobs(*, unfinished: bool = False, limit: int = 200) -> list[JobView]:
    """Return the newest jobs, newest first, without their logs.

    Args:
        unfinished: only those that wait or run.
        limit: how many at most.
    """
    rows = Job.objects.order_by("-pk")
    if unfinished:
        rows = rows.exclude(state=State.FINISHED)
    return [_view(row) for row in rows[:limit]]


def is_wanted(dedupe_key: str) -> bool:
    """Tell whether an unfinished job has this key."""
    return Job.objects.filter(dedupe_key=dedupe_key).exclude(state=State.FINISHED).exists()


def is_over(job_id: int) -> bool:
    """Tell whether a job has ended; one whose row was removed has."""
    return not Job.objects.filter(pk=job_id).exclude(state=State.FINISHED).exists()


def running_count() -> int:
    """Return how many jobs wait or run."""
    return Job.objects.exclude(state=State.FINISHED).count()


def _view(row: Job, lines: Iterable[JobLine] = ()) -> JobView:
    return JobView(
        id=row.pk,
        kind=row.kind,
        description=row.description,
        state=row.state,
        result=row.result,
        progress=row.progress,
        admin=row.admin,
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        waits_until=row.run_at if row.state == State.QUEUED else None,
        attempts=row.attempts,
        result_text=row.result_text,
        result_hint=row.result_hint,
        result_url=row.result_url,
        result_url_label=row.result_url_label,
        retry_of=row.retry_of_id,
        may_retry=row.result == Result.FAILED and registry.is_retriable(row.kind),
        lines=tuple(
            LineView(line.at, line.level, line.text, line.hint, line.url) for line in lines
        ),
    )
