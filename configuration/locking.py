"""Locks: what an admin may keep the others from, and what they are told. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.errors import Refused
from domain.locations import SHARED, Location


class LockKind(StrEnum):
    """What a lock keeps the others from."""

    CONFIG = "config"
    """Editing the candidate; one admin at a time holds it."""
    COMMIT = "commit"
    """Committing; several admins may hold one, and each of them keeps all the others waiting."""

    @property
    def label(self) -> str:
        """The words admins read."""
        return f"{self.value.capitalize()} Lock"


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock.

    Attributes:
        id: names it when it is removed.
        kind: what it keeps others from.
        location: a virtual system; Shared means the whole configuration.
        owner: the admin who took it.
        comment: why, in the owner's words; may be empty.
        taken_at: since when.
        automatic: taken by the device at the owner's first edit.
    """

    id: int
    kind: LockKind
    location: Location
    owner: str
    comment: str
    taken_at: datetime
    automatic: bool

    @property
    def scope(self) -> str:
        """What is locked, in words."""
        return "the whole configuration" if self.location == SHARED else str(self.location)

    def covers(self, location: Location) -> bool:
        """Tell whether what stands in a location is locked."""
        return self.location in {location, SHARED}

    def overlaps(self, location: Location) -> bool:
        """Tell whether a lock on the location would have anything in common with this one."""
        return self.covers(location) or location == SHARED


class LockHeld(Refused):
    """Another admin's lock stands in the way.

    Attributes:
        lock: that lock.
    """

    def __init__(self, lock: HeldLock) -> None:
        since = lock.taken_at.astimezone(UTC)
        comment = f" Comment: {lock.comment}" if lock.comment else ""
        super().__init__(
            f"{lock.owner} has held a {lock.kind} lock on {lock.scope} since "
            f"{since:%Y-%m-%d %H:%M:%S} UTC. Nothing was done.{comment}",
            hint=f"Ask {lock.owner} to remove the lock, or a superuser: Locks in the top bar.",
        )
        self.lock = lock


def in_the_way(
    locks: Iterable[HeldLock], *, admin: str, locations: Collection[Location]
) -> HeldLock | None:
    """Return the oldest lock of another admin that covers one of the locations."""
    others = [
        lock
        for lock in locks
        if lock.owner != admin and any(lock.covers(location) for location in locations)
    ]
    return min(others, key=lambda lock: (lock.taken_at, lock.id), default=None)
