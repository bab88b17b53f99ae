"""What is pending, and who changed it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Q

from configuration import registry
from configuration.document import ChangedObject, Entry, Operation
from configuration.models import ChangeRecord
from configuration.queries.comparison import (
    changed_candidates,
    changed_objects,
    removed_entries,
)
from configuration.scope import PendingChange

_Standing: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """The last edit of an object.

    Attributes:
        kind: which section the object belongs to.
        version: version of the object that it made.
        by: who made it.
        at: when.
        operation: what it did.
        left: location, name and digest that it left; None when it deleted the object.
    """

    kind: str
    version: int
    by: str
    at: datetime
    operation: Operation
    left: _Standing | None


def pending_changes() -> list[PendingChange]:
    """List what a full commit would change, by location, kind and name."""
    changes = changed_objects()
    edits = _unsettled_edits()
    # What a commit has settled between the two reads is no longer pending, and what was edited
    # between them has not been read.
    read = (
        (one, [e for e in edits.get(one.uuid, ()) if e.version <= one.version]) for one in changes
    )
    listed = [_pending(change, known) for change, known in read if known]
    return sorted(listed, key=lambda c: (c.location, c.kind_label, c.name, str(c.uuid)))


def last_change(uuid: UUID) -> Change | None:
    """Return the last edit of an object, its deletion included."""
    row = ChangeRecord.objects.filter(object_uuid=uuid).order_by("-version").first()
    return None if row is None else _change(row)


def _unsettled_edits() -> dict[UUID, list[Change]]:
    """Who changed what is pending, oldest edit first."""
    pending = Q(object_uuid__in=changed_candidates().values("uuid")) | Q(
        object_uuid__in=removed_entries().values("object_uuid")
    )
    rows = ChangeRecord.objects.filter(pending, revision=None).order_by("object_uuid", "version")
    edits: dict[UUID, list[Change]] = {}
    for row in rows:
        edits.setdefault(row.object_uuid, []).append(_change(row))
    return edits


def _change(row: ChangeRecord) -> Change:
    left = (row.location, row.name, row.digest) if row.digest else None
    return Change(row.kind, row.version, row.by, row.at, Operation(row.operation), left)


def _pending(change: ChangedObject, known: list[Change]) -> PendingChange:
    edits = _since_it_ran(change.before, known)
    return PendingChange(
        change=change,
        kind_label=registry.section(change.kind).label,
        admins=tuple(dict.fromkeys(edit.by for edit in edits)),
        owner=edits[-1].by,
        at=edits[-1].at,
    )


def _since_it_ran(before: Entry | None, edits: list[Change]) -> list[Change]:
    """Forget what was taken back: the edits until the object last was as it runs."""
    runs = None if before is None else (before.location.key, before.name, before.digest)
    undone = [place for place, edit in enumerate(edits[:-1], start=1) if edit.left == runs]
    return edits[undone[-1] :] if undone else edits
