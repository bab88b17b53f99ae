"""Read the logs: values for pages, in the order things happened."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Length

from audit.models import AuditEvent, Transcript, TranscriptStep
from audit.queries.words import TITLES, TONES, WORDS
from domain.errors import NotFound
from domain.locations import Location
from scep.transcript import StepName

_REQUEST: Final = "Request"
"""Label of the line that tells method and URL."""
_BODY: Final = "Body"
"""Label of the excerpt of what a server sent; the rest of a step is our own words."""
_MAY_BE_OLD: Final = "Transcripts are kept for a number of days; see docs/transcripts.md."


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an exchange, ready to show.

    Attributes:
        key: id for the page, unique and stable: a step never changes once it is there.
        outcome: ``"passed"``, ``"warned"`` or ``"failed"``.
        details: pairs of label and decoded value, in order.
        sequence: its place in the exchange, from 1.
        sent_bytes: size of the message kept of what was sent; 0 for none. Likewise received.
    """

    key: str
    name: str
    outcome: str
    fact: str
    hint: str
    details: tuple[tuple[str, str], ...]
    duration_ms: float
    at: datetime
    sequence: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0

    @property
    def word(self) -> str:
        """The outcome as people read it."""
        return outcome_word(self.outcome)

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the outcome."""
        return outcome_tone(self.outcome)


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
    profile_uuid: UUID | None = None

    @property
    def title(self) -> str:
        """What it is about: kind, profile and subject."""
        words = kind_words(self.kind)
        return ", ".join(part for part in (words, self.profile_name, self.subject) if part)

    @property
    def server(self) -> str:
        """Scheme, host and port of the SCEP server; empty before anything was asked."""
        asked = (
            value.partition(" ")[2]
            for step in self.steps
            for label, value in step.details
            if label == _REQUEST and step.name != StepName.CHALLENGE
        )
        parts = urlsplit(next(asked, ""))
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def word(self) -> str:
        """The outcome as people read it."""
        return outcome_word(self.outcome)

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the outcome."""
        return outcome_tone(self.outcome)

    @property
    def running_words(self) -> str:
        """What is being done now; empty when it has ended."""
        return "" if self.ended_at else "Waiting for the server"


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of the log.

    Attributes:
        id: its number in the log, from 1 without gaps.
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

    @property
    def word(self) -> str:
        """The outcome as people read it."""
        return {"ok": "OK", "failed": "Failed"}.get(self.outcome, self.outcome)

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the outcome."""
        return {"ok": "ok", "failed": "error"}.get(self.outcome, "neutral")

    @property
    def kind_word(self) -> str:
        """The kind as people read it: ``"Sign in"``, ``"Commit"``..."""
        return self.kind.replace("-", " ").capitalize()


def kind_words(kind: str) -> str:
    """Say what an exchange of a kind is for."""
    return TITLES.get(kind, kind.capitalize())


def outcome_word(outcome: str) -> str:
    """Give an outcome as people read it; of the empty one, that it still runs."""
    return WORDS.get(outcome, outcome)


def outcome_tone(outcome: str) -> str:
    """Tell which of the page's status shapes goes with an outcome."""
    return TONES.get(outcome, "neutral")


def transcript(uuid: UUID, *, bodies: bool = True) -> TranscriptView:
    """Return one exchange.

    Args:
        uuid: the exchange.
        bodies: whether to say how the bodies that servers sent begin; for those who may edit
            profiles only.

    Raises:
        NotFound: there is none with this UUID.
    """
    row = _transcripts().filter(uuid=uuid).first()
    if row is None:
        raise NotFound("This transcript does not exist.", hint=_MAY_BE_OLD)
    return _view(row, bodies=bodies)


def step_messages(transcript_uuid: UUID, sequence: int) -> StepMessages:
    """Return what went over the wire in one step.

    Raises:
        NotFound: there is no such step.
    """
    row = TranscriptStep.objects.filter(transcript_id=transcript_uuid, sequence=sequence).first()
    if row is None:
        raise NotFound("This step does not exist.")
    return StepMessages(bytes(row.sent), bytes(row.received))


def messages(transcript_uuid: UUID) -> dict[int, StepMessages]:
    """Return what went over the wire in each step of an exchange, by the steps' places."""
    rows = TranscriptStep.objects.filter(transcript_id=transcript_uuid)
    return {row.sequence: StepMessages(bytes(row.sent), bytes(row.received)) for row in rows}


def days_kept() -> int:
    """Return after how many days an exchange is forgotten."""
    return int(settings.TRANSCRIPT_DAYS)


def transcripts_of_job(job_id: int, *, bodies: bool = True) -> list[TranscriptView]:
    """Return what a job said to SCEP servers, oldest first; ``bodies`` as for one exchange."""
    rows = _transcripts().filter(job_id=job_id).order_by("started_at", "uuid")
    return [_view(row, bodies=bodies) for row in rows]


def events(*, kind: str = "", limit: int = 100) -> list[EventView]:
    """Return the newest entries of the log, newest first.

    Args:
        kind: only entries of this kind; empty means all.
        limit: how many at most.
    """
    rows = AuditEvent.objects.order_by("-at", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    return [event_view(row) for row in rows[:limit]]


def _transcripts() -> QuerySet[Transcript]:
    steps = TranscriptStep.objects.defer("sent", "received").order_by("sequence")
    steps = steps.annotate(sent_bytes=Length("sent"), received_bytes=Length("received"))
    return Transcript.objects.prefetch_related(Prefetch("steps", queryset=steps))


def event_view(row: AuditEvent) -> EventView:
    """Return an entry of the log as a value."""
    return EventView(
        id=row.sequence,
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


def _view(row: Transcript, *, bodies: bool) -> TranscriptView:
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
        steps=[_step(step, bodies=bodies) for step in row.steps.all()],
        profile_uuid=row.profile_uuid,
    )


def _step(row: TranscriptStep, *, bodies: bool) -> StepView:
    sizes = vars(row)  # annotated; a prefetch hides that from the type checker
    return StepView(
        key=f"step-{row.transcript_id}-{row.sequence}",
        name=row.name,
        outcome=row.outcome,
        fact=row.fact,
        hint=row.hint,
        details=tuple((label, value) for label, value in row.details if bodies or label != _BODY),
        duration_ms=row.duration_ms,
        at=row.at,
        sequence=row.sequence,
        sent_bytes=sizes["sent_bytes"],
        received_bytes=sizes["received_bytes"],
    )
