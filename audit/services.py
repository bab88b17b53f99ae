"""Write the logs. Nothing here changes or removes an event; there is no such function.

Transcripts end, and go after a number of days.

Entries are chained: see :mod:`audit.chain` and docs/adr/0020-the-log-is-a-chain.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit import chain, head, registry
from audit.models import AuditEvent, AuditHead, Transcript, TranscriptStep
from domain.actors import Actor
from domain.locations import Location

if TYPE_CHECKING:
    from scep.transcript import Step

_AT_ONCE: Final = 200
"""Transcripts removed in one transaction, so that nobody waits long for the database."""


@dataclass(frozen=True, slots=True)
class TranscriptStart:
    """What an exchange is about, known before its first byte.

    Attributes:
        kind: ``"fetch-ca"``, ``"next-ca"``, ``"status"``, ``"enroll"``, ``"renew"``, ``"poll"``,
            ``"test"`` or ``"rehearse"``.
        subject: subject asked for; empty when no certificate is.
        job_id: the job that runs it; ``None`` outside jobs.
    """

    kind: str
    profile_uuid: UUID | None
    profile_name: str
    location: Location
    subject: str = ""
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that an edit changed, in the words of the object's text; never a secret.

    Attributes:
        field: path of the field in the object.
        before: its value; empty when it was not there.
        after: likewise.
    """

    field: str
    before: str
    after: str


class EventExtras(TypedDict, total=False):
    """What may be said about an event beside who did what.

    Attributes:
        object_name: the object concerned, as admins name it.
        outcome: ``"ok"`` unless given.
        detail: further facts; never a secret.
        changes: what an edit changed, field by field.
    """

    object_name: str
    outcome: Literal["ok", "failed"]
    detail: Mapping[str, str]
    changes: Sequence[FieldChange]


@transaction.atomic
def record(
    *, kind: str, actor: Actor, text: str, at: datetime, **extras: Unpack[EventExtras]
) -> None:
    """Add an event to the log.

    Args:
        kind: stable word for filters, such as ``"sign-in"``.
        actor: who did it.
        text: one English sentence, without markup and without secrets.
        at: the moment it happened.
        extras: see :class:`EventExtras`.
    """
    key = registry.chain_key(at)
    end, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    row = AuditEvent(
        sequence=end.count + 1,
        at=at,
        kind=kind,
        actor=actor.name,
        address=actor.address,
        object_name=extras.get("object_name", ""),
        outcome=extras.get("outcome", "ok"),
        text=text,
        detail=dict(extras.get("detail", {})),
        changes=[[one.field, one.before, one.after] for one in extras.get("changes", ())],
    )
    row.mac = end.mac = chain.mac(key, end.mac, facts(row))
    end.count = row.sequence
    row.save(force_insert=True)
    end.save()
    written = head.Head(end.count, end.mac)
    transaction.on_commit(lambda: head.write(written), robust=True)


def facts(row: AuditEvent) -> dict[str, Any]:
    """Return everything an entry says, as JSON values: what its MAC covers."""
    return {
        "sequence": row.sequence,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": row.kind,
        "actor": row.actor,
        "address": row.address,
        "object_name": row.object_name,
        "outcome": row.outcome,
        "text": row.text,
        "detail": row.detail,
        "changes": row.changes,
    }


def open_transcript(start: TranscriptStart, at: datetime) -> UUID:
    """Begin to keep an exchange with a SCEP server."""
    row = Transcript.objects.create(
        kind=start.kind,
        profile_uuid=start.profile_uuid,
        profile_name=start.profile_name,
        location=start.location.key,
        subject=start.subject,
        job_id=start.job_id,
        started_at=at,
    )
    return row.uuid


def add_step(uuid: UUID, number: int, step: "Step", at: datetime) -> None:
    """Append a step as it happened.

    Args:
        uuid: the exchange.
        number: the step's place in it: 1, 2, 3; whoever keeps an exchange counts alone.
        step: what happened.
        at: when.
    """
    TranscriptStep.objects.create(
        transcript_id=uuid,
        sequence=number,
        name=str(step.name),
        outcome=str(step.outcome),
        fact=step.fact,
        hint=step.hint,
        details=[list(pair) for pair in step.details],
        duration_ms=step.duration_ms,
        sent=step.sent,
        received=step.received,
        at=at,
    )


def close_transcript(uuid: UUID, outcome: str, at: datetime) -> None:
    """Note how an exchange ended; a second end is ignored.

    Args:
        uuid: the exchange.
        outcome: ``"passed"``, ``"warned"`` or ``"failed"``.
        at: the moment it ended.
    """
    Transcript.objects.filter(uuid=uuid, ended_at=None).update(outcome=str(outcome), ended_at=at)


def abandon_transcripts(*, job_id: int, at: datetime) -> None:
    """Close what a job left open: its process was killed, or an error ended it."""
    Transcript.objects.filter(job_id=job_id, ended_at=None).update(outcome="failed", ended_at=at)


def prune_transcripts(now: datetime) -> None:
    """Remove the transcripts that began more than ``settings.TRANSCRIPT_DAYS`` days ago."""
    began_before = now - timedelta(days=settings.TRANSCRIPT_DAYS)
    old = Transcript.objects.filter(started_at__lt=began_before)
    while uuids := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        Transcript.objects.filter(pk__in=uuids).delete()
