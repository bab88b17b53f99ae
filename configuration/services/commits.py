"""Asking for a commit, and fixing what a commit job publishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import services as audit
from configuration import queries
from configuration.document import ChangedObject, Document, Entry
from configuration.locking import LockKind
from configuration.models import DESCRIPTION_MAX, FrozenDocument
from configuration.services import confirmation, locks
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import Location
from jobs import services as jobs

NOTHING_TO_COMMIT = "There are no changes to commit."


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one commit job publishes.

    Attributes:
        job_id: the job.
        base: number of the revision it starts from; 0 before the first.
        document: the whole configuration to publish.
        changed: its differences from the base; empty when there is nothing to commit.
    """

    job_id: int
    base: int
    document: Document
    changed: tuple[ChangedObject, ...]


def commit(
    *, by: Actor, description: str, confirm_within_min: int | None = None, at: datetime
) -> int:
    """Ask for a commit of all changes; return the id of the job that carries it out.

    Args:
        by: the admin.
        description: what it is for.
        confirm_within_min: after so many minutes the revision before is restored, unless an admin
            confirms; None never does.
        at: the time.

    Raises:
        AwaitsConfirmation: the last commit must be confirmed or rolled back first.
        Forbidden: the admin may not commit in a location that has changes.
        LockHeld: another admin holds a commit lock on a location that has changes.
        Refused: there is nothing to commit, the description is too long, or the minutes are not
            1 to 60.
    """
    changes = queries.changed_objects()
    if not changes:
        raise Refused(NOTHING_TO_COMMIT)
    for location in sorted({change.location for change in changes}):
        require(by, Action.COMMIT, location)
    locks.require_unlocked(by, {change.location for change in changes}, LockKind.COMMIT)
    if len(description) > DESCRIPTION_MAX:
        message = (
            f"The description has {len(description)} characters; "
            f"at most {DESCRIPTION_MAX} are allowed."
        )
        raise Refused(message, problems=[Problem("description", message)])
    confirmation.require_none_open()
    arguments = {"description": description} | confirmation.argument(confirm_within_min)
    with transaction.atomic():
        job_id = jobs.enqueue(
            kind="commit",
            arguments=arguments,
            by=by,
            at=at,
            description=description,
            queue="commit",
        )
        audit.record(
            kind="commit",
            actor=by,
            text=f"Commit requested: job {job_id}; changed objects: {len(changes)}.",
            at=at,
            detail={"job": str(job_id), "description": description},
        )
    return job_id


def commit_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask for a commit like one that failed, of what is pending now; as :func:`commit`.

    Args:
        arguments: of the job that failed.
        by: the admin.
        at: the time.
    """
    return commit(
        by=by,
        description=arguments["description"],
        confirm_within_min=arguments.get("confirm_within_min"),
        at=at,
    )


@transaction.atomic
def freeze(*, job_id: int, at: datetime) -> Frozen:
    """Fix what a commit job publishes; the same again when it runs a second time.

    Edits made from now on stay pending.
    """
    # Commit jobs run one after another in the order of their ids: earlier ones have ended.
    FrozenDocument.objects.filter(job_id__lt=job_id).delete()
    row = FrozenDocument.objects.filter(job_id=job_id).first()
    if row is None:
        running = queries.running_revision()
        row = FrozenDocument.objects.create(
            job_id=job_id,
            base=running.number if running else 0,
            entries=[_to_json(change) for change in queries.changed_objects()],
            frozen_at=at,
        )
    changed = tuple(_from_json(pair) for pair in row.entries)
    return Frozen(job_id, row.base, queries.document_of(row.base).apply(changed), changed)


def _to_json(change: ChangedObject) -> list[dict[str, Any] | None]:
    return [_entry_to_json(change.before), _entry_to_json(change.after)]


def _entry_to_json(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "uuid": str(entry.uuid),
        "kind": entry.kind,
        "location": entry.location.key,
        "name": entry.name,
        "digest": entry.digest,
        "version": entry.version,
    }


def _from_json(pair: list[dict[str, Any] | None]) -> ChangedObject:
    before, after = pair
    return ChangedObject(_entry_from_json(before), _entry_from_json(after))


def _entry_from_json(value: dict[str, Any] | None) -> Entry | None:
    if value is None:
        return None
    return Entry(
        uuid=UUID(value["uuid"]),
        kind=value["kind"],
        location=Location(value["location"]),
        name=value["name"],
        digest=value["digest"],
        version=value["version"],
    )
