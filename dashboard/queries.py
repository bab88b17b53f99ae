"""What the dashboard shows, put together from the packages below it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from audit.queries import failures
from audit.queries.failures import FailedStep
from audit.queries.paging import Page
from certificates.queries import enrollments, overview
from certificates.queries.enrollments import EnrollmentRow, Rate
from certificates.queries.filters import Days, Filter
from certificates.rules import Status
from configuration import queries as configuration
from dashboard import timeline
from dashboard.timeline import Chart, Unit
from domain.locations import Location
from jobs import queries as jobs
from jobs.queries import JobView
from profiles.spec import KIND as PROFILE

LOOKED_BACK: Final = (timedelta(days=30), timedelta(days=1))
"""How far success rates look back, the longest first; failures as far as the longest."""

ENROLLMENTS: Final = 8
JOBS: Final = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of certificates that leads to the list of them.

    Attributes:
        key: stable name, for its id on the page.
        tone: which of the page's status shapes goes with it when there are any.
        filter: what they have in common.
    """

    key: str
    label: str
    tone: str
    filter: Filter
    count: int


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of the candidate in numbers."""

    tiles: tuple[Tile, ...]
    chart: Chart


@dataclass(frozen=True, slots=True)
class Enrollments:
    """What enrollments came to."""

    newest: tuple[EnrollmentRow, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far a device is on the way to its first enrollment."""

    has_profile: bool
    has_committed: bool


_TILES: Final = (
    ("all", "All certificates", "neutral", Filter()),
    ("valid", "Valid", "ok", Filter(status=Status.VALID)),
    ("expiring", "Expire in 30 days", "warn", Filter(status=Status.EXPIRING)),
    ("soon", "Expire in 7 days", "warn", Filter(within_days=7)),
    ("expired", "Expired", "error", Filter(status=Status.EXPIRED)),
    ("revoked", "Revoked", "error", Filter(status=Status.REVOKED)),
    ("pending", "Pending", "busy", Filter(status=Status.PENDING)),
    ("weak", "With weaknesses", "warn", Filter(is_weak=True)),
)


def certificates(
    unit: Unit, *, at: datetime, seen: frozenset[Location] | None = None
) -> Certificates:
    """Return the certificates in numbers; two queries.

    Args:
        unit: of the timeline.
        at: the time.
        seen: in one of these locations; ``None`` for any.
    """
    within = Filter(seen=seen)
    counted = overview.counts({key: one for key, _, _, one in _TILES}, within, at)
    tiles = tuple(Tile(key, label, tone, one, counted[key]) for key, label, tone, one in _TILES)
    spans = timeline.spans(at.astimezone(UTC).date(), unit)
    ends = overview.ends([Days(span.first, span.last) for span in spans], within, at)
    return Certificates(tiles, timeline.chart(spans, ends))


def recent(*, at: datetime, seen: frozenset[Location] | None = None) -> Enrollments:
    """Return what enrollments came to lately, in the locations seen; two queries."""
    since = [at - back for back in LOOKED_BACK]
    return Enrollments(enrollments.newest(ENROLLMENTS, seen), enrollments.rates(since, seen))


def failed(*, at: datetime, seen: frozenset[Location] | None = None) -> tuple[FailedStep, ...]:
    """Return in which steps requests failed lately, in the locations seen; two queries."""
    return failures.failed_steps(at - LOOKED_BACK[0], seen)


def unfinished(only_of: str = "") -> Page[JobView]:
    """Return the jobs that wait or run, the newest first; with ``only_of`` those of one admin."""
    return jobs.page(jobs.Wanted(admin=only_of, unfinished=True))


def first_steps(seen: frozenset[Location] | None = None) -> FirstSteps:
    """Return how far it is to the first enrollment, in the locations seen; two queries."""
    made = {place for place, kind in configuration.counts() if kind == PROFILE}
    running = {one.location for one in configuration.running_objects(PROFILE)}
    if seen is not None:
        made, running = made & seen, running & seen
    return FirstSteps(bool(made), bool(running))
