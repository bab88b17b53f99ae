"""Changes between two configurations as JSON values, to be kept in a row. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from configuration.document import ChangedObject, Entry
from domain.locations import Location

EntryJson: TypeAlias = dict[str, Any]
ChangeJson: TypeAlias = Sequence[EntryJson | None]
"""The entry before and after; None where the object is not."""


def changes_to_json(changes: Iterable[ChangedObject]) -> list[ChangeJson]:
    """Return changes as JSON."""
    return [[_entry_to_json(change.before), _entry_to_json(change.after)] for change in changes]


def changes_from_json(values: Iterable[ChangeJson]) -> Iterator[ChangedObject]:
    """Read what :func:`changes_to_json` wrote."""
    for before, after in values:
        yield ChangedObject(_entry_from_json(before), _entry_from_json(after))


def _entry_to_json(entry: Entry | None) -> EntryJson | None:
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


def _entry_from_json(value: EntryJson | None) -> Entry | None:
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
