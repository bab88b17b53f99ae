"""How often a password may be wrong: tallies of tries, each of a user name or an address. Pure.

A try is counted *before* the password is looked at, and given back when the password was right. So
however tries overlap, in no stretch of time shorter than the lock and :data:`WINDOW` are there
more than the limit allows.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

WINDOW: Final = timedelta(hours=1)
"""Tries that led to no lock are forgotten so long after the last of them."""

ADDRESS_LOCK: Final = timedelta(minutes=5)
"""How long an address is locked out where user names stay so until an admin unlocks them."""


class TallyKind(StrEnum):
    """What tries are counted of."""

    USER = "user"
    STRANGER = "stranger"
    """A user name that nobody has."""
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a tally is measured against.

    Attributes:
        tries: so many without success lock; at least 1.
        lock_for: how long; None until an admin unlocks.
    """

    tries: int
    lock_for: timedelta | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Tries without success.

    Attributes:
        tries: how many, those that are still being answered included.
        last_at: when the last was made.
        locked_at: when the last allowed one was made; None while there are some left.
        locked_until: when the lock ends; None for a lock that an admin has to end.
    """

    tries: int
    last_at: datetime
    locked_at: datetime | None = None
    locked_until: datetime | None = None

    def is_locked(self, at: datetime) -> bool:
        """Tell whether no try is allowed."""
        if self.locked_at is None:
            return False
        # A clock that was set back must not lock anybody out until it has caught up.
        return self.locked_until is None or self.locked_at <= at < self.locked_until

    def is_over(self, at: datetime) -> bool:
        """Tell whether the tries are forgotten: the lock or the window has ended."""
        if self.locked_at is not None:
            return not self.is_locked(at)
        return not self.last_at <= at < self.last_at + WINDOW

    def wait_min(self, at: datetime) -> int | None:
        """Return how many minutes, begun ones included, a lock lasts; None without an end."""
        if self.locked_until is None:
            return None
        return max(1, ceil((self.locked_until - at) / timedelta(minutes=1)))


def count(tally: Tally | None, limit: Limit, *, at: datetime) -> Tally:
    """Count a try; the last one allowed locks, unless it turns out to be good.

    Args:
        tally: the tries so far, not locked; None for none.
        limit: what is in force.
        at: when the try is made.
    """
    if tally is None or tally.is_over(at):
        tally = Tally(0, at)
    tally = replace(tally, tries=tally.tries + 1, last_at=at)
    if tally.tries < limit.tries:
        return tally
    until = None if limit.lock_for is None else at + limit.lock_for
    return replace(tally, locked_at=at, locked_until=until)


def give_back(tally: Tally, limit: Limit) -> Tally:
    """Take a try out again, which was good, and the lock with it if that leaves any."""
    tally = replace(tally, tries=max(0, tally.tries - 1))
    if tally.tries < limit.tries:
        return replace(tally, locked_at=None, locked_until=None)
    return tally
