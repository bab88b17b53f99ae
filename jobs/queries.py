"""Read jobs: values for the task list and the job dialog."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from audit.queries.paging import Page, cut
from device import access
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound
from domain.locations import DEVICE
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
RESULT_WORDS: Final = tuple((value, words) for value, words in _RESULT_WORDS.items() if value)
"""How a job may have ended, each value with its words."""

_LONGEST_NUMBER: Final = 18
_EVERY_NUMBER: Final = 10**_LONGEST_NUMBER
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
        step: in lists, what an unfinished job has said last; may be empty.
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
    step: str = ""
    lines: tuple[LineView, ...] = ()

    @property
    def type(self) -> str:
        """The kind as people read it: ``"Commit"``, ``"Generate"``..."""
        return kind_words(self.kind)

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


def job_seen_by(by: Actor, job_id: int) -> JobView:
    """Return a job to one who may look at it: one's own, or at any if the role reads all.

    Numbers are easily guessed, so every page that takes one asks here.

    Raises:
        Forbidden: it is another admin's job, and the role is limited to virtual systems.
        NotFound: there is no job with this number.
    """
    found = job(job_id)
    if found.admin != by.name:
        access.require(by, Action.READ_TASKS, DEVICE)
    return found


def jobs_seen_by(by: Actor) -> Container[int]:
    """Return the numbers of the jobs that somebody may look at; as :func:`job_seen_by` decides."""
    if access.may(by, Action.READ_TASKS, DEVICE):
        return range(_EVERY_NUMBER)
    return frozenset(Job.objects.filter(admin=by.name).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list.

    Attributes:
        text: stands in the description, the result or the number; empty for any.
        kind: of the job; empty for any.
        admin: who asked for it; empty for anybody.
        result: how it ended; empty for any, and for what has not ended.
        unfinished: only those that wait or run.
    """

    text: str = ""
    kind: str = ""
    admin: str = ""
    result: str = ""
    unfinished: bool = False


def page(wanted: Wanted, number: int = 1) -> Page[JobView]:
    """Return a page of jobs, newest first, without their logs but for the line of the last step."""
    rows = Job.objects.order_by("-pk")
    for field in ("kind", "admin", "result"):
        if value := getattr(wanted, field):
            rows = rows.filter(**{field: value})
    if wanted.unfinished:
        rows = rows.exclude(state=State.FINISHED)
    if wanted.text:
        found = Q(description__icontains=wanted.text) | Q(result_text__icontains=wanted.text)
        if wanted.text.isdecimal() and len(wanted.text) < _LONGEST_NUMBER:
            found |= Q(pk=int(wanted.text))
        rows = rows.filter(found)
    lines = JobLine.objects.filter(job=OuterRef("pk")).order_by("-sequence")
    rows = rows.annotate(last_line=Subquery(lines.values("text")[:1]))
    return cut(rows, number, lambda some: tuple(_in_list(row) for row in some))


def kinds() -> list[str]:
    """Return the kinds of all jobs that there are, in order."""
    return list(Job.objects.order_by("kind").values_list("kind", flat=True).distinct())


def admins() -> list[str]:
    """Return who has asked for jobs, in order."""
    return list(Job.objects.order_by("admin").values_list("admin", flat=True).distinct())


def kind_words(kind: str) -> str:
    """Write a kind as people read it: ``"Commit"``, ``"Generate"``..."""
    return kind.replace("-", " ").replace("_", " ").capitalize()


def is_wanted(dedupe_key: str) -> bool:
    """Tell whether an unfinished job has this key."""
    return Job.objects.filter(dedupe_key=dedupe_key).exclude(state=State.FINISHED).exists()


def is_over(job_id: int) -> bool:
    """Tell whether a job has ended; one whose row was removed has."""
    return not Job.objects.filter(pk=job_id).exclude(state=State.FINISHED).exists()


def running_count() -> int:
    """Return how many jobs wait or run."""
    return Job.objects.exclude(state=State.FINISHED).count()


def _in_list(row: Job) -> JobView:
    step = "" if row.state == State.FINISHED else getattr(row, "last_line", "")
    return replace(_view(row), step=step or "")


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
