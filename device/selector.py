"""The virtual system that an admin looks at: chosen in the frame, kept in the session.

Every list shows what that virtual system sees, its own objects and Shared's; a new object goes
there unless the admin says otherwise. A device with one virtual system has nothing to choose.
"""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest

from device import access, queries
from domain.errors import NotFound
from domain.locations import SHARED, Location

ALL: Final = "all"
"""What stands for no virtual system in particular."""

_KEY: Final = "vsys"
_CHOICES: Final = "virtual_system_choices"


def choices(request: HttpRequest) -> Mapping[Location, str]:
    """Return the virtual systems that the admin can choose, with what the frame calls them.

    Empty on a device with one virtual system only. An admin of some has only these. It is asked
    for once in a request: list and frame need it, and more than once.
    """
    known: Mapping[Location, str] | None = getattr(request, _CHOICES, None)
    if known is None:
        known = _choices(request)
        setattr(request, _CHOICES, known)
    return known


def selected(request: HttpRequest) -> Location | None:
    """Return the virtual system whose objects the admin wants to see; ``None`` for all.

    One that was deleted meanwhile counts as all.
    """
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    return next((place for place in choices(request) if place.key == kept), None)


def seen(request: HttpRequest) -> frozenset[Location] | None:
    """Return the locations whose objects a list shows; ``None`` for every one.

    A virtual system sees Shared too. An admin of some virtual systems never sees the others.
    """
    chosen = selected(request)
    places = access.actor(request).scope if chosen is None else (chosen,)
    return frozenset({*places, SHARED}) if places else None


def shown(request: HttpRequest) -> Mapping[Location, str]:
    """Return what a Location column shows for each location; empty when there is no such column."""
    return queries.location_labels() if choices(request) else {}


def usual(request: HttpRequest) -> Location:
    """Return where a new object goes unless the admin says otherwise."""
    return selected(request) or next(iter(choices(request) or queries.locations()))


def select(request: HttpRequest, key: str) -> None:
    """Look at one virtual system from now on, or with :data:`ALL` at all of them.

    Raises:
        NotFound: the admin cannot choose this one.
    """
    if key == ALL:
        request.session.pop(_KEY, None)
        return
    if not any(place.key == key for place in choices(request)):
        raise NotFound(f"There is no virtual system {key}.", hint="Choose one from the list.")
    request.session[_KEY] = key


def _choices(request: HttpRequest) -> Mapping[Location, str]:
    if not queries.facts().multi_vsys:
        return {}
    scope = access.actor(request).scope
    every = queries.virtual_systems()
    return {place: label for place, label in every.items() if not scope or place in scope}
