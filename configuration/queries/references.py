"""Who refers to which objects of the candidate, as the sections say."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from configuration import registry
from configuration.models import CandidateObject
from configuration.sections import Reference
from domain.actors import Actor
from domain.locations import SHARED, Location
from domain.permissions import may

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


@dataclass(frozen=True, slots=True)
class Use:
    """One place where an object is named, for a person.

    Attributes:
        path: where, in the words of the product.
        url: path of the dialog of the object that names it; empty when there is none.
    """

    path: str
    url: str


def uses(kind: str, place: Place, by: Actor) -> tuple[Use, ...]:
    """List where one object of the candidate is named, as far as someone may read it."""
    return tuple(
        Use(str(reference), registry.section(reference.kind).url(uuid=reference.by))
        for reference in references(kind, [place]).get(place, [])
        if may(by, registry.section(reference.kind).page.read, reference.location)
    )


def _places(kind: str, names: Collection[str]) -> frozenset[Place]:
    if not names:
        return frozenset()
    rows = CandidateObject.objects.filter(kind=kind, name__in=names)
    listed = rows.values_list("location", "name")
    return frozenset((Location(location), name) for location, name in listed)
