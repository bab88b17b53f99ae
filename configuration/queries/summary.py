"""What a commit of some scope would change: where, whose, field by field, line by line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from configuration import preview, registry
from configuration.differences import Difference, differences
from configuration.document import ChangedObject, Operation
from configuration.preview import Hunk
from configuration.queries.pending import pending_changes
from configuration.queries.revisions import texts
from configuration.scope import PendingChange
from domain.actors import Actor
from domain.locations import DEVICE, SHARED, Location

_Tag = TypeVar("_Tag")

AT_ONCE: Final = 200
"""How many objects' texts are read at a time."""


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One location of the commit dialog.

    Attributes:
        location: the place.
        kind: what kind of place it is, in words.
        objects: how many objects have changed there.
        operations: how many were added, edited..., in words.
    """

    location: Location
    kind: str
    objects: int
    operations: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One object of the change summary.

    Attributes:
        pending: the change.
        fields: what differs.
        url: path of the object's dialog; empty when there is none.
    """

    pending: PendingChange
    fields: tuple[Difference, ...]
    url: str


@dataclass(frozen=True, slots=True)
class ObjectPreview:
    """One object of a preview or comparison, and what its XML becomes.

    Attributes:
        title: the object and what happens to it, in words.
        hunks: the lines that differ; none when only its place does.
    """

    title: str
    hunks: tuple[Hunk, ...]


def visible_changes(by: Actor) -> list[PendingChange]:
    """List the pending changes that an admin may see: those of some virtual systems only theirs."""
    seen = {*by.scope, SHARED}
    return [one for one in pending_changes() if not by.scope or one.locations <= seen]


def place_kind(location: Location) -> str:
    """Say what kind of place a location is."""
    return {SHARED: "Shared", DEVICE: "Device"}.get(location, "Virtual System")


def scope_rows(changes: Sequence[PendingChange]) -> list[ScopeRow]:
    """Count changes by the location where the objects stand."""
    places: dict[Location, list[PendingChange]] = {}
    for one in changes:
        places.setdefault(one.location, []).append(one)
    return [
        ScopeRow(
            location=location,
            kind=place_kind(location),
            objects=len(found),
            operations=_counted(Counter(one.operation for one in found)),
        )
        for location, found in sorted(places.items())
    ]


def summary(changes: Sequence[PendingChange]) -> list[SummaryRow]:
    """Say for each object what a commit would change, field by field."""
    return [
        SummaryRow(one, (*_places(one), *differences(before, after)), _url(one))
        for one, before, after in _with_texts((one, one.change) for one in changes)
    ]


def previews(changes: Sequence[PendingChange], context: int | None) -> Iterator[ObjectPreview]:
    """Go through pending objects with the lines of their XML."""
    return comparisons([(str(one), one.change) for one in changes], context)


def comparisons(
    changes: Iterable[tuple[str, ChangedObject]], context: int | None
) -> Iterator[ObjectPreview]:
    """Go through objects with the lines of their XML; texts are read as they are wanted.

    Args:
        changes: titles and objects.
        context: how many equal lines to show around what differs; None for all.
    """
    for title, before, after in _with_texts(changes):
        yield ObjectPreview(title, preview.hunks(before, after, context))


def _with_texts(
    changes: Iterable[tuple[_Tag, ChangedObject]],
) -> Iterator[tuple[_Tag, str, str]]:
    rest = iter(changes)
    while batch := list(islice(rest, AT_ONCE)):
        pairs = [(tag, change.before, change.after) for tag, change in batch]
        wanted = [entry.digest for _, *pair in pairs for entry in pair if entry]
        found = texts(wanted)
        for tag, before, after in pairs:
            yield tag, found[before.digest] if before else "", found[after.digest] if after else ""


def _places(one: PendingChange) -> Iterator[Difference]:
    """Name and location are fields, too."""
    if one.former_name:
        yield Difference("name", one.former_name, one.name)
    if one.former_location is not None:
        yield Difference("location", str(one.former_location), str(one.location))


def _url(one: PendingChange) -> str:
    if one.operation is Operation.DELETED:
        return ""
    return registry.section(one.kind).url(uuid=one.uuid)


def _counted(operations: Counter[Operation]) -> str:
    return ", ".join(f"{operations[one]} {one}" for one in Operation if operations[one])
