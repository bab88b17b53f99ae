"""Edits of the candidate: one object at a time, each with its change record and its log entry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import transaction

from configuration import document, queries, registry
from configuration.document import ChangedObject, Entry, Operation
from configuration.locking import LockKind
from configuration.models import CandidateObject
from configuration.sections import Reference, Renaming
from configuration.services import locks, noting, rows
from device.access import require
from domain.actors import Actor
from domain.errors import EditConflict, InUse, NotFound, Problem
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """An object as an edit left it.

    Attributes:
        uuid: identity of the object.
        version: hand it to the next ``put`` as ``expected_version``.
    """

    uuid: UUID
    version: int


@transaction.atomic
def put(  # noqa: PLR0913 - one object, who writes it and when: a value object would hide that
    *,
    kind: str,
    location: Location,
    name: str,
    xml: str,
    by: Actor,
    at: datetime,
    uuid: UUID | None = None,
    expected_version: int | None = None,
    is_fact: bool = False,
) -> ObjectRef:
    """Write an object to the candidate: a new one, or with ``uuid`` the next version of one.

    Writing what is there already changes nothing and leaves no record. What refers to an object
    that gets another name follows. Call it in the transaction that writes the app's typed row.

    Args:
        kind: which section the object belongs to.
        location: where it shall stand.
        name: its name there; another one than before renames it.
        xml: the object as its codec writes it; its ``name`` attribute is ``name``.
        by: who edits.
        at: when.
        uuid: the object to change, rename or move; None adds one.
        expected_version: the version the admin has seen; None takes any.
        is_fact: the object records what has happened outside, such as a certificate that a CA
            has issued; no lock keeps it out.

    Raises:
        EditConflict: someone else changed or deleted the object since that version.
        Forbidden: the admin may not write there, or where an object refers to what is renamed.
        LockHeld: another admin holds a config lock there.
        NameTaken: another object of the kind has the name in this location.
        NotFound: there never was such an object.
    """
    _require_may_edit(by, kind, location, is_fact=is_fact)
    entry = Entry(uuid or uuid4(), kind, location, name, rows.store_text(xml, name), version=1)
    if uuid is None:
        rows.write(entry, is_new=True)
        return _note(entry, Operation.ADDED, by=by, at=at)
    old = _current(uuid, kind, expected_version)
    if old == entry:
        return ObjectRef(uuid, old.version)
    _require_may_edit(by, kind, old.location, is_fact=is_fact)
    entry = replace(entry, version=old.version + 1)
    named = [] if old.name == entry.name else _references([old])[old]
    rows.write(entry, is_new=False)
    reference = _note(entry, document.operation(old, entry), before=old, by=by, at=at)
    _follow(named, Renaming(kind, old.name, entry.name), by=by, at=at)
    return reference


@transaction.atomic
def delete(*, uuid: UUID, by: Actor, at: datetime, expected_version: int | None = None) -> None:
    """Remove an object, and with it the app's typed row, from the candidate.

    Raises:
        EditConflict: someone else changed or deleted the object since that version.
        Forbidden: the admin may not write there.
        InUse: other objects refer to it; ``problems`` lists them.
        LockHeld: another admin holds a config lock there.
        NotFound: there never was such an object.
    """
    _delete([_current(uuid, None, expected_version)], by=by, at=at)


@transaction.atomic
def delete_all(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Remove objects, and with them their apps' typed rows, from the candidate: all or none.

    Raises:
        EditConflict: someone else deleted one of them.
        Forbidden: the admin may not write where one of them is.
        InUse: objects that stay refer to one of them; ``problems`` lists them.
        LockHeld: another admin holds a config lock where one of them is.
        NotFound: one of them never was there.
    """
    _delete([_current(uuid, None, None) for uuid in uuids], by=by, at=at)


def _delete(entries: Sequence[Entry], *, by: Actor, at: datetime) -> None:
    for kind, location in sorted({(entry.kind, entry.location) for entry in entries}):
        _require_may_edit(by, kind, location)
    _require_unused(entries)
    for entry in entries:
        registry.section(entry.kind).remove(uuid=entry.uuid, at=at)
        rows.remove(entry.uuid)
        gone = replace(entry, version=entry.version + 1)
        _note(gone, Operation.DELETED, before=entry, by=by, at=at)


def _require_may_edit(by: Actor, kind: str, location: Location, *, is_fact: bool = False) -> None:
    require(by, registry.section(kind).page.write, location)
    if not is_fact:
        locks.require_unlocked(by, [location], LockKind.CONFIG)


def _require_unused(entries: Sequence[Entry]) -> None:
    leaving = {entry.uuid for entry in entries}
    for entry, references in _references(entries).items():
        staying = [str(reference) for reference in references if reference.by not in leaving]
        if staying:
            message = f"{entry.name} cannot be deleted because of references from:"
            raise InUse(message, problems=[Problem("", path) for path in staying])


def _references(entries: Sequence[Entry]) -> dict[Entry, list[Reference]]:
    """Find who refers to some objects; each kind is asked about once."""
    found: dict[Entry, list[Reference]] = {}
    for kind in dict.fromkeys(entry.kind for entry in entries):
        alike = [entry for entry in entries if entry.kind == kind]
        places = queries.references(kind, [(entry.location, entry.name) for entry in alike])
        found |= {entry: places.get((entry.location, entry.name), []) for entry in alike}
    return found


def _follow(
    references: Sequence[Reference], renaming: Renaming, *, by: Actor, at: datetime
) -> None:
    for reference in references:
        section = registry.section(reference.kind)
        section.follow(reference=reference, renaming=renaming, by=by, at=at)


def _current(uuid: UUID, kind: str | None, expected_version: int | None) -> Entry:
    """Return the object as it is, locked; refuse when the admin has not seen it so."""
    row = CandidateObject.objects.select_for_update().filter(uuid=uuid).first()
    last = queries.last_change(uuid)
    if last is None:
        raise NotFound("This object does not exist.", hint="Reload the list.")
    if row is None or expected_version not in {None, row.version}:
        raise _conflict(last)
    if kind not in {None, row.kind}:
        message = f"{uuid} is a {row.kind}, not a {kind}"
        raise ValueError(message)
    return queries.entry_of_candidate(row)


def _conflict(change: queries.Change) -> EditConflict:
    deleted = change.operation is Operation.DELETED
    did = "deleted" if deleted else "changed"
    when = change.at.astimezone(UTC)
    message = f"{change.by} {did} this object at {when:%Y-%m-%d %H:%M:%S} UTC."
    if deleted:
        hint = "Nothing was saved. Add the object again if it is still needed."
    else:
        hint = "Nothing was saved. Open the object again to see that change, then make yours."
    return EditConflict(message, hint=hint)


def _note(
    entry: Entry, operation: Operation, *, before: Entry | None = None, by: Actor, at: datetime
) -> ObjectRef:
    rows.record_change(entry, operation, by=by, at=at)
    locks.note_edit(by=by, location=entry.location, at=at)
    after = None if operation is Operation.DELETED else entry
    noting.log_edit(ChangedObject(before, after), by=by, at=at)
    return ObjectRef(entry.uuid, entry.version)
