"""Read the logs: values for pages, in the order things happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from audit.models import AuditEvent, Transcript, TranscriptStep
from domain.errors import NotFound
from domain.locations import Location

_WORDS: Final = {"passed": "Passed", "warned": "Warning", "failed": "Failed"}
_TITLES: Final = {
    "fetch-ca": "CA certificate",
    "enroll": "Certificate request",
    "poll": "Poll for the certificate",
}
_TONES: Final = {"passed": "ok", "warned": "warn", "failed": "error"}


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an exchange, ready to show.

    Attributes:
        key: id for the page, unique and stable: a step never changes once it is there.
        outcome: ``"passed"``, ``"warned"`` or ``"failed"``.
        details: pairs of label and decoded value, in order.
    """

    key: str
    name: str
    outcome: str
    fact: str
    hint: str
    details: tuple[tuple[str, str], ...]
    duration_ms: float
    at: datetime

    @property
    def word(self) -> str:
        """The outcome as people read it."""
        return _WORDS.get(self.outcome, self.outcome)

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the outcome."""
        return _TONES.get(self.outcome, "neutral")


@dataclass(frozen=True, slots=True)
class StepMessages:
    """What went over the wire in one step, for a download; each empty when there was nothing.

    Attributes:
        sent: the message sent, DER.
        received: the body received, as far as it is kept; anything a server may send.
    """

    sent: bytes = field(repr=False)
    received: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TranscriptView:
    """One exchange with a SCEP server.

    Attributes:
        outcome: ``""`` while it runs.
    """

    uuid: UUID
    kind: str
    profile_name: str
    location: Location | None
    subject: str
    job_id: int | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    steps: list[StepView]

    @property
    def title(self) -> str:
        """What it is about: kind, profile and subject."""
        words = _TITLES.get(self.kind, self.kind.capitalize())
        return ", ".join(part for part in (words, self.profile_name, self.subject) if part)

    @property
    def running_words(self) -> str:
        """What is being done now; empty when it has ended."""
        return "" if self.ended_at else "Waiting for the server"


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of the log.

    Attributes:
        changes: what an edit changed: field, value before, value after.
    """

    id: int
    at: datetime
    kind: str
    actor: str
    address: str
    object_name: str
    outcome: str
    text: str
    detail: dict[str, str]
    changes: tuple[tuple[str, str, str], ...] = ()


def transcript(uuid: UUID) -> TranscriptView:
    """Return one exchange.

    Raises:
        NotFound: there is none with this UUID.
    """
    row = _transcripts().filter(uuid=uuid).first()
    if row is None:
        raise NotFound("This transcript does not exist.")
    return _view(row)


def step_messages(transcript_uuid: UUID, sequence: int) -> StepMessages:
    """Return what went over the wire in one step.

    Raises:
        NotFound: there is no such step.
    """
    row = TranscriptStep.objects.filter(transcript_id=transcript_uuid, sequence=sequence).first()
    if row is None:
        raise NotFound("This step does not exist.")
    return StepMessages(bytes(row.sent), bytes(row.received))


def transcripts_of_job(job_id: int) -> list[TranscriptView]:
    """Return what a job said to SCEP servers, oldest first."""
    rows = _transcripts().filter(job_id=job_id).order_by("started_at", "uuid")
    return [_view(row) for row in rows]


def events(*, kind: str = "", limit: int = 100) -> list[EventView]:
    """Return the newest entries of the log, newest first.

    Args:
        kind: only entries of this kind; empty means all.
        limit: how many at most.
    """
    rows = AuditEvent.objects.order_by("-at", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    return [_event(row) for row in rows[:limit]]


def _transcripts() -> QuerySet[Transcript]:
    steps = TranscriptStep.objects.defer("sent", "received").order_by("sequence")
    return Transcript.objects.prefetch_related(Prefetch("steps", queryset=steps))


def _event(row: AuditEvent) -> EventView:
    return EventView(
        id=row.pk,
        at=row.at,
        kind=row.kind,
        actor=row.actor,
        address=row.address,
        object_name=row.object_name,
        outcome=row.outcome,
        text=row.text,
        detail=row.detail,
        changes=tuple((field, before, after) for field, before, after in row.changes),
    )


def _view(row: Transcript) -> TranscriptView:
    return TranscriptView(
        uuid=row.uuid,
        kind=row.kind,
        profile_name=row.profile_name,
        location=Location(row.location) if row.location else None,
        subject=row.subject,
        job_id=row.job_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        steps=_steps(row.uuid, row.steps.all()),
    )


def _steps(
    transcript_uuid: UUID, rows: Sequence[TranscriptStep] | QuerySet[TranscriptStep]
) -> list[StepView]:
    return [
        StepView(
            key=f"step-{transcript_uuid}-{row.sequence}",
            name=row.name,
            outcome=row.outcome,
            fact=row.fact,
            hint=row.hint,
            details=tuple((label, value) for label, value in row.details),
            duration_ms=row.duration_ms,
            at=row.at,
        )
        for row in rows
    ]
