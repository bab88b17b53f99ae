"""How much one address may ask for in a minute (scep.md S27). Pure, and safe among threads."""

from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import Final

MINUTE: Final = timedelta(minutes=1)

MAX_ADDRESSES: Final = 10_000
"""So many are remembered; with more, those whose minute is over are forgotten, then all."""


class Throttle:
    """Counts by address; a count lasts for the minute that began with its first event."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[str, tuple[datetime, int]] = {}

    def count(self, address: str, *, at: datetime, times: int = 1) -> None:
        """Add an event, or one that counts as several."""
        with self._lock:
            begun, events = self._current(address, at)
            if address not in self._counts and len(self._counts) >= MAX_ADDRESSES:
                self._forget(at)
            self._counts[address] = (begun, events + times)

    def wait_s(self, address: str, limit: int, *, at: datetime) -> int:
        """Tell how many seconds an address has to wait; 0 if it may go on."""
        with self._lock:
            begun, events = self._current(address, at)
        return ceil((begun + MINUTE - at).total_seconds()) if events >= limit else 0

    def _current(self, address: str, at: datetime) -> tuple[datetime, int]:
        begun, events = self._counts.get(address, (at, 0))
        # A clock that was set back must not lock anybody out until it has caught up.
        return (begun, events) if begun <= at < begun + MINUTE else (at, 0)

    def _forget(self, at: datetime) -> None:
        self._counts = {
            address: count for address, count in self._counts.items() if count[0] + MINUTE > at
        }
        if len(self._counts) >= MAX_ADDRESSES:
            self._counts.clear()
