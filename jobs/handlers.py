"""What a job's handler is given and gives back. Pure.

A handler is a function named in ``settings.JOB_HANDLERS``::

    def generate(job: RunningJob) -> JobResult: ...

It is idempotent: a job whose process was killed runs again, with ``attempt`` one higher. A handler
that raises :class:`TryAgain` is called again later, as the same attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from domain.actors import Actor

Level = Literal["info", "warning", "error"]


class RunningJob(Protocol):
    """The job a handler works for; safe to use from several threads of the handler.

    Attributes:
        id: the number shown to admins.
        arguments: what ``enqueue`` was given; JSON values, never secrets.
        by: who asked for it.
        attempt: 1, or more when earlier runs were cut off.
    """

    @property
    def id(self) -> int:
        """Number shown to admins."""
        ...

    @property
    def kind(self) -> str:
        """Key of the handler in ``settings.JOB_HANDLERS``."""
        ...

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the job was enqueued with."""
        ...

    @property
    def by(self) -> Actor:
        """Who asked for the job."""
        ...

    @property
    def attempt(self) -> int:
        """1, or more when earlier runs were cut off."""
        ...

    def say(self, text: str, *, level: Level = "info", hint: str = "", url: str = "") -> None:
        """Add a line to the job's log, which its dialog shows at once; never a secret.

        Args:
            text: what happened.
            level: how much it matters.
            hint: what to try; may be empty.
            url: path of a dialog that shows what is meant; may be empty.
        """
        ...

    def progress(self, percent: int) -> None:
        """Note how far the job is, 0 to 100."""
        ...


class JobFailed(Exception):
    """The job could not do its work.

    Attributes:
        message: what happened, for a person; never a secret.
        hint: what to try; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class TryAgain(Exception):
    """The job could not do its work now, and what it needs may be there later.

    Attributes:
        message: what happened, for a person; never a secret.
        hint: what to try meanwhile; may be empty.
        after: how long to wait before the handler is called again.
    """

    def __init__(self, message: str, hint: str = "", *, after: timedelta) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.after = after


class LeaseLost(Exception):
    """Another runner has taken the job over; whatever this one still does no longer counts."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job that did its work says at the end.

    Attributes:
        text: one sentence for the job's dialog and list.
        warning: whether the admin should look at the warning lines.
        url: where the outcome can be seen, as a path; may be empty.
        url_label: words of the link to it.
    """

    text: str
    warning: bool = False
    url: str = ""
    url_label: str = "Show result"

    def __post_init__(self) -> None:
        if self.url and (not self.url.startswith("/") or self.url.startswith("//")):
            message = f"not a path: {self.url!r}"
            raise ValueError(message)
