"""Which pending changes a commit takes along: all, or those of some admins in some locations. Pure.

The object is the unit. If several admins changed one, it goes with any of them; if it moved, it
goes when both places are chosen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from configuration.document import ChangedObject, Document, Operation
from domain.actors import SYSTEM
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class PendingChange:
    """One object that a full commit would change in the running configuration.

    Attributes:
        change: the object in both configurations.
        kind_label: its kind in words.
        admins: who changed it since it was last committed, in order of their first change.
        owner: who changed it last.
        at: time of the last change.
    """

    change: ChangedObject
    kind_label: str
    admins: tuple[str, ...]
    owner: str
    at: datetime

    @property
    def uuid(self) -> UUID:
        """Identity of the object."""
        return self.change.uuid

    @property
    def kind(self) -> str:
        """Which section the object belongs to."""
        return self.change.kind

    @property
    def location(self) -> Location:
        """Where the object stands, or stood when deleted."""
        return self.change.location

    @property
    def locations(self) -> frozenset[Location]:
        """Every location that changes: two when the object moved."""
        return self.change.locations

    @property
    def name(self) -> str:
        """The object's name, or its last one when deleted."""
        return self.change.name

    @property
    def former_name(self) -> str:
        """The running name when renamed, else empty."""
        before = self.change.before
        return before.name if before is not None and before.name != self.name else ""

    @property
    def former_location(self) -> Location | None:
        """Where the object runs, when it moved."""
        before = self.change.before
        return before.location if self.operation is Operation.MOVED and before else None

    @property
    def operation(self) -> Operation:
        """What the commit would do."""
        return self.change.operation

    @property
    def previous_owners(self) -> tuple[str, ...]:
        """Who else changed it."""
        return tuple(admin for admin in self.admins if admin != self.owner)

    def __str__(self) -> str:
        did = f"{self.operation} by {' and '.join(self.admins)}"
        was = f" (was {self.former_name})" if self.former_name else ""
        return f"{self.kind_label} {self.name}{was} in {self.location} ({did})"


@dataclass(frozen=True, slots=True)
class CommitScope:
    """What an admin chose.

    Attributes:
        admins: whose changes; None for everybody's.
        locations: the changes of which places; None for all.
    """

    admins: frozenset[str] | None = None
    locations: frozenset[Location] | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.admins is None and self.locations is None

    def covers(self, pending: PendingChange) -> bool:
        """Tell whether a change goes with the commit."""
        chosen = self.admins is None or not self.admins.isdisjoint(pending.admins)
        return chosen and (self.locations is None or pending.locations <= self.locations)

    def to_json(self) -> dict[str, list[str]]:
        """Return the scope as JSON; empty for all."""
        found = {}
        if self.admins is not None:
            found["admins"] = sorted(self.admins)
        if self.locations is not None:
            found["locations"] = sorted(location.key for location in self.locations)
        return found

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "CommitScope":
        """Read what :meth:`to_json` wrote."""
        admins, locations = value.get("admins"), value.get("locations")
        return cls(
            None if admins is None else frozenset(admins),
            None if locations is None else frozenset(map(Location, locations)),
        )

    def __str__(self) -> str:
        if self.is_all:
            return "all changes"
        whose = "all admins" if self.admins is None else ", ".join(sorted(self.admins))
        where = ", ".join(map(str, sorted(self.locations or ())))
        return f"changes made by {whose}" + (f" in {where}" if where else "")


ALL: Final = CommitScope()
"""Commit All Changes."""


@dataclass(frozen=True)
class Plan:
    """What a commit of some scope would make running.

    Attributes:
        base: number of the running revision; 0 before the first.
        before: the running configuration.
        included: the changes that go with the commit, by location, kind and name.
        left_out: the changes that stay pending, likewise.
    """

    base: int
    before: Document
    included: tuple[PendingChange, ...]
    left_out: tuple[PendingChange, ...]

    @cached_property
    def after(self) -> Document:
        """The configuration that would be running; names may occur twice in it."""
        return self.before.apply(self.changed)

    @cached_property
    def changed(self) -> tuple[ChangedObject, ...]:
        """What it changes in the running configuration."""
        return tuple(pending.change for pending in self.included)

    @property
    def locations(self) -> frozenset[Location]:
        """Where it changes something."""
        return locations_of(self.changed)

    def locations_of_others(self, admin: str) -> frozenset[Location]:
        """Where it takes along what other admins have changed; the device itself is none."""
        mine = {admin, SYSTEM.name}
        others = (one.change for one in self.included if not mine.issuperset(one.admins))
        return locations_of(others)


def locations_of(changed: Iterable[ChangedObject]) -> frozenset[Location]:
    """Return every place where changes take something away or put something."""
    return frozenset(location for change in changed for location in change.locations)
