"""The exchanges with SCEP servers as a list: filtered, newest first, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from audit.models import Transcript, TranscriptStep
from audit.queries import kind_words, outcome_tone, outcome_word, paging
from audit.queries.paging import Page
from domain.locations import Location
from scep.transcript import StepName

STEP_NAMES: Final = tuple(str(name) for name in StepName)
"""Steps to filter by, in the order in which they happen."""

RUNNING: Final = "running"
"""The outcome to filter by for exchanges that have not ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exchanges to list.

    Attributes:
        locations: only in these; ``None`` means all.
        profile_uuid: only with this profile.
        outcome: ``"passed"``, ``"warned"``, ``"failed"`` or :data:`RUNNING`; empty means all.
        step: only those that came to this step; with an outcome, where the step ended so, too.
    """

    locations: frozenset[Location] | None = None
    profile_uuid: UUID | None = None
    outcome: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One exchange in a list.

    Attributes:
        kind: what it was for, in words.
        duration: from its start to its end; ``None`` while it runs.
        step: the step that tells most: the one that failed, else the last warning, else the last.
        fact: what that step says.
    """

    uuid: UUID
    kind: str
    profile_uuid: UUID | None
    profile_name: str
    location: Location | None
    subject: str
    job_id: int | None
    started_at: datetime
    duration: timedelta | None
    outcome: str
    step: str
    fact: str

    @property
    def word(self) -> str:
        """The outcome as people read it."""
        return outcome_word(self.outcome)

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the outcome."""
        return outcome_tone(self.outcome)

    @property
    def duration_ms(self) -> float | None:
        """The duration in milliseconds."""
        return self.duration / timedelta(milliseconds=1) if self.duration is not None else None


def page(wanted: Wanted, number: int) -> Page[ExchangeRow]:
    """Return a page of the list; one beyond the end is the last."""
    return paging.cut(_chosen(wanted).order_by("-started_at", "uuid"), number, _rows)


def profiles_seen(locations: frozenset[Location] | None = None) -> list[tuple[UUID, str]]:
    """List the profiles that exchanges were made with, by name: each with its last name.

    Args:
        locations: only with those in these; ``None`` means all.
    """
    rows = _chosen(Wanted(locations=locations)).filter(profile_uuid__isnull=False)
    # Newest last, so that it decides the name.
    named = dict(rows.order_by("started_at").values_list("profile_uuid", "profile_name").distinct())
    pairs = [(uuid, name) for uuid, name in named.items() if uuid is not None]
    return sorted(pairs, key=lambda pair: (pair[1], str(pair[0])))


def last_exchanges(profile_uuids: Collection[UUID]) -> dict[UUID, ExchangeRow]:
    """Return the last exchange with each of some profiles, as far as there is one."""
    rows = Transcript.objects.filter(profile_uuid__in=profile_uuids)
    later = Transcript.objects.filter(
        profile_uuid=OuterRef("profile_uuid"), started_at__gt=OuterRef("started_at")
    )
    last = _rows(list(rows.filter(~Exists(later))))
    return {row.profile_uuid: row for row in last if row.profile_uuid is not None}


def _chosen(wanted: Wanted) -> QuerySet[Transcript]:
    rows = Transcript.objects.all()
    if wanted.locations is not None:
        rows = rows.filter(location__in=[location.key for location in wanted.locations])
    if wanted.profile_uuid is not None:
        rows = rows.filter(profile_uuid=wanted.profile_uuid)
    if wanted.outcome:
        rows = rows.filter(outcome="" if wanted.outcome == RUNNING else wanted.outcome)
    if wanted.step:
        steps = TranscriptStep.objects.filter(transcript=OuterRef("pk"), name=wanted.step)
        if wanted.outcome not in {"", RUNNING}:
            steps = steps.filter(outcome=wanted.outcome)
        rows = rows.filter(Exists(steps))
    return rows


def _rows(transcripts: Sequence[Transcript]) -> tuple[ExchangeRow, ...]:
    telling = _telling_steps([row.uuid for row in transcripts])
    return tuple(_row(row, *telling.get(row.uuid, ("", ""))) for row in transcripts)


def _telling_steps(uuids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    steps = TranscriptStep.objects.filter(transcript__in=uuids).order_by("sequence")
    weights = {"failed": 2, "warned": 1}
    found: dict[UUID, tuple[int, str, str]] = {}
    for uuid, name, outcome, fact in steps.values_list("transcript", "name", "outcome", "fact"):
        weight = weights.get(outcome, 0)
        if uuid not in found or weight >= found[uuid][0]:
            found[uuid] = (weight, name, fact)
    return {uuid: (name, fact) for uuid, (_, name, fact) in found.items()}


def _row(row: Transcript, step: str, fact: str) -> ExchangeRow:
    return ExchangeRow(
        uuid=row.uuid,
        kind=kind_words(row.kind),
        profile_uuid=row.profile_uuid,
        profile_name=row.profile_name,
        location=Location(row.location) if row.location else None,
        subject=row.subject,
        job_id=row.job_id,
        started_at=row.started_at,
        duration=row.ended_at - row.started_at if row.ended_at else None,
        outcome=row.outcome,
        step=step,
        fact=fact,
    )
