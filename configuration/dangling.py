"""Why a partial commit cannot be: what it would leave dangling, or give a name that is taken. Pure.

A commit of some changes leaves others out. The configuration that results must stand on its own:
whatever an object names is there, no two objects have one name, and every object's virtual system
is there. What breaks that because of a change left out, or taken along, is said with that change.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from configuration.document import Document, Entry
from configuration.scope import PendingChange, Plan
from configuration.sections import ObjectProblem, Reference, Section
from domain.locations import DEVICE, SHARED, VSYS_KIND, Location

_Place: TypeAlias = tuple[str, Location, str]


def conflicts(plan: Plan, sections: Sequence[Section]) -> list[ObjectProblem]:
    """List what stands in the way of a partial commit; nothing for a full one.

    Each problem is of an object of the configuration that would be running, and its message names
    the other change and who made it. What is wrong in a full commit as well is for validation.
    """
    if not plan.left_out:
        return []
    return [*_taken_names(plan), *_dangling(plan, sections), *_homeless(plan)]


def _taken_names(plan: Plan) -> Iterator[ObjectProblem]:
    """Two objects of one name: an added or renamed one, and one whose own change is left out."""
    counted = Counter(map(_place, plan.after.entries))
    left_out = {pending.uuid: pending for pending in plan.left_out}
    holders: dict[_Place, PendingChange] = {
        _place(entry): left_out[entry.uuid]
        for entry in plan.after.entries
        if counted[_place(entry)] > 1 and entry.uuid in left_out
    }
    for entry in (pending.change.after for pending in plan.included):
        if entry is not None and (other := holders.get(_place(entry))) is not None:
            yield _problem(entry, "name", f"{entry.name} is still the running name of: {other}.")


def _dangling(plan: Plan, sections: Sequence[Section]) -> Iterator[ObjectProblem]:
    """Names that stand in the result and mean nothing there."""
    present = set(map(_place, plan.after.entries))
    brought = _by_place(plan.left_out, after=True)
    taken = _by_place(plan.included, after=False)
    own_change = {pending.uuid: pending for pending in plan.left_out}
    missing = (brought.keys() | taken.keys()) - present
    for kind in sorted({kind for kind, _, _ in missing}):
        names = {name for other, _, name in missing if other == kind}
        for reference in _references(plan.after, kind, names, sections):
            places = [(kind, place, reference.name) for place in (reference.location, SHARED)]
            if present.intersection(places):
                continue
            other = next((brought[place] for place in places if place in brought), None)
            gone = next((taken[place] for place in places if place in taken), None)
            own = own_change.get(reference.by)
            if other is not None:
                yield _names(plan.after, reference, f"is not there without: {other}")
            elif gone is not None and own is not None:
                yield _names(plan.after, reference, f"goes with: {gone}. Left out is: {own}")


def _homeless(plan: Plan) -> Iterator[ObjectProblem]:
    """Objects in a virtual system that is not there."""
    known = {DEVICE, *plan.after.locations}
    own_change = {pending.uuid: pending for pending in plan.left_out}
    systems = {pending.name: pending for pending in plan.left_out if pending.kind == VSYS_KIND}
    for entry in plan.after.entries:
        if entry.location not in known:
            other = systems.get(entry.location.key) or own_change.get(entry.uuid)
            if other is not None:
                message = f"There is no virtual system {entry.location.key} without: {other}."
                yield _problem(entry, "location", message)


def _references(
    document: Document, kind: str, names: set[str], sections: Sequence[Section]
) -> Iterator[Reference]:
    return chain.from_iterable(
        section.references_in(document, kind=kind, names=names) for section in sections
    )


def _by_place(changes: Sequence[PendingChange], *, after: bool) -> dict[_Place, PendingChange]:
    """Find changes by the place that they give to an object, or take from it."""
    entries = ((one.change.after if after else one.change.before, one) for one in changes)
    return {_place(entry): one for entry, one in entries if entry is not None}


def _names(document: Document, reference: Reference, why: str) -> ObjectProblem:
    entry = document.entry(reference.by)
    assert entry is not None  # noqa: S101 - the section read it from this document
    field = reference.path.rpartition(" -> ")[2]
    return _problem(entry, field, f"{reference.name} {why}.")


def _problem(entry: Entry, field: str, message: str) -> ObjectProblem:
    whole = f"{message} Commit it, too, or commit all changes."
    return ObjectProblem(entry.kind, entry.location, entry.name, field, whole)


def _place(entry: Entry) -> _Place:
    return (entry.kind, entry.location, entry.name)
