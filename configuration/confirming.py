"""Commits that must be confirmed, or the revision before is restored. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from domain.errors import Refused
from domain.locations import Location

MINUTES_MAX: Final = 60
"""Longest time to confirm, in minutes; the shortest is one."""


class Outcome(StrEnum):
    """What became of a revision that had to be confirmed."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled-back"


@dataclass(frozen=True, slots=True)
class OpenConfirmation:
    """The revision that waits to be confirmed.

    Attributes:
        number: the revision; the one before is restored if nobody confirms.
        by: who committed it.
        minutes: how long there was to confirm.
        deadline_at: when the revision before is restored.
        job_id: the job that restores it then.
        locations: where it changed something.
    """

    number: int
    by: str
    minutes: int
    deadline_at: datetime
    job_id: int
    locations: tuple[Location, ...]

    @property
    def before(self) -> str:
        """What comes back, in words."""
        return before(self.number)

    @property
    def until(self) -> str:
        """The deadline as text."""
        return f"{self.deadline_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def left_s(self, at: datetime) -> int:
        """Return how many seconds are left; 0 when it is too late."""
        return max(0, int((self.deadline_at - at).total_seconds()))


def before(number: int) -> str:
    """Say what ran before a revision."""
    return f"revision {number - 1}"


class AwaitsConfirmation(Refused):
    """The last commit must be confirmed or rolled back before the next."""

    def __init__(self, waiting: OpenConfirmation) -> None:
        super().__init__(
            f"Revision {waiting.number}, committed by {waiting.by}, is not confirmed yet. "
            f"Nothing was committed.",
            hint=f"Confirm it or roll it back first; it is rolled back at {waiting.until}.",
        )
