"""Who refers to which objects of the candidate, as the sections say."""

from collections.abc import Collection
from typing import TypeAlias

from configuration import registry
from configuration.models import CandidateObject
from configuration.sections import Reference
from domain.locations import SHARED, Location

Place: TypeAlias = tuple[Location, str]
"""Location and name of an object."""


def references(kind: str, objects: Collection[Place]) -> dict[Place, list[Reference]]:
    """List the references to some objects of one kind; objects that nobody names are left out.

    A name means the object of the referring object's own location before that of Shared.
    """
    names = {name for _, name in objects}
    named = [
        reference
        for section in registry.sections()
        for reference in section.references(kind=kind, names=names)
    ]
    there = _places(kind, {reference.name for reference in named})
    wanted = frozenset(objects)
    found: dict[Place, list[Reference]] = {}
    for reference in named:
        looked_up = ((place, reference.name) for place in (reference.location, SHARED))
        meant = next((place for place in looked_up if place in there), None)
        if meant in wanted:
            found.setdefault(meant, []).append(reference)
    return found


def _places(kind: str, names: Collection[str]) -> frozenset[Place]:
    if not names:
        return frozenset()
    rows = CandidateObject.objects.filter(kind=kind, name__in=names)
    listed = rows.values_list("location", "name")
    return frozenset((Location(location), name) for location, name in listed)
