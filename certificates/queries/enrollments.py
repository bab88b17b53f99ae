"""Enrollments looked back upon: the newest, and how many succeeded with which profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from certificates.models import Enrollment, EnrollmentState
from domain.locations import Location

_DECIDED: Final = (EnrollmentState.ISSUED, EnrollmentState.REFUSED, EnrollmentState.FAILED)
_WORDS: Final[dict[str, tuple[str, str]]] = {
    EnrollmentState.QUEUED: ("Waits", "neutral"),
    EnrollmentState.PREPARED: ("Under way", "busy"),
    EnrollmentState.PENDING: ("Pending", "busy"),
    EnrollmentState.ISSUED: ("Issued", "ok"),
    EnrollmentState.REFUSED: ("Refused", "error"),
    EnrollmentState.FAILED: ("Failed", "error"),
    EnrollmentState.ABANDONED: ("Given up", "neutral"),
}


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """One enrollment in a list.

    Attributes:
        job_id: the job that asked the server last; its dialog has the transcript.
        is_renewal: whether it replaces a certificate.
        word: how it stands, as people read it.
        tone: which of the page's status shapes goes with it.
        reason: why there is no certificate; may be empty.
    """

    name: str
    location: Location
    profile_name: str
    requested_by: str
    requested_at: datetime
    job_id: int | None
    is_renewal: bool
    word: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many enrollments succeeded, of those that were decided."""

    issued: int
    decided: int

    @property
    def percent(self) -> int:
        """The success rate, rounded down: 100 means that none failed."""
        return 100 * self.issued // self.decided if self.decided else 0


@dataclass(frozen=True, slots=True)
class Rate:
    """How the enrollments with one profile ended.

    Attributes:
        profile_name: the last one it had.
        shares: one for each time looked back at, in the order asked.
    """

    profile_uuid: UUID
    profile_name: str
    shares: tuple[Share, ...]


def newest(limit: int, seen: frozenset[Location] | None = None) -> tuple[EnrollmentRow, ...]:
    """Return the newest enrollments in the locations seen; ``None`` sees every one."""
    rows = _seen(seen).defer("bundle", "tokens", "subject").order_by("-requested_at", "pk")
    return tuple(_row(row) for row in rows[:limit])


def rates(since: Sequence[datetime], seen: frozenset[Location] | None = None) -> tuple[Rate, ...]:
    """Return how enrollments succeeded with each profile, by its name; one query.

    Args:
        since: when the times looked back at begin, the longest first.
        seen: in one of these locations; ``None`` for any.
    """
    ended = Q(state__in=_DECIDED)
    issued = Q(state=EnrollmentState.ISSUED)
    numbers = {}
    for place, begin in enumerate(since):
        numbers[f"issued_{place}"] = Count("pk", filter=issued & Q(requested_at__gte=begin))
        numbers[f"decided_{place}"] = Count("pk", filter=ended & Q(requested_at__gte=begin))
    rows = _seen(seen).filter(requested_at__gte=since[0]).values("profile_uuid")
    named = rows.annotate(name=Max("profile_name"), **numbers).order_by("name", "profile_uuid")
    found = cast("Iterable[dict[str, Any]]", named)  # the stubs know no computed names
    return tuple(
        Rate(
            row["profile_uuid"],
            row["name"],
            tuple(
                Share(row[f"issued_{place}"], row[f"decided_{place}"])
                for place in range(len(since))
            ),
        )
        for row in found
    )


def _seen(seen: frozenset[Location] | None) -> "QuerySet[Enrollment]":
    rows = Enrollment.objects.all()
    return rows if seen is None else rows.filter(location__in=[place.key for place in seen])


def _row(row: Enrollment) -> EnrollmentRow:
    word, tone = _WORDS[row.state]
    return EnrollmentRow(
        name=row.name,
        location=Location(row.location),
        profile_name=row.profile_name,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        job_id=row.poll_job_id or row.job_id,
        is_renewal=row.renews_id is not None,
        word=word,
        tone=tone,
        reason=row.reason,
    )
