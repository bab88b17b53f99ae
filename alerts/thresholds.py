"""Which certificates are to be told of now, and in which words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from alerts.messages import Item

EXPIRED: Final = 0
"""The threshold that stands for the end itself."""

TOLD_AFTER: Final = timedelta(days=30)
"""How long after its end a certificate is still told of, should that not have been done."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that ends.

    Attributes:
        material_uuid: the certificate; a renewed one is another.
        location: where it is, as admins read it.
    """

    material_uuid: UUID
    name: str
    location: str
    serial: str
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Crossing:
    """A certificate that has crossed a threshold.

    Attributes:
        key: the same for the same certificate and threshold: it is told of once.
        threshold: in days; :data:`EXPIRED` when it is over.
    """

    key: str
    threshold: int
    ending: Ending


def crossed(endings: Iterable[Ending], thresholds: Sequence[int], at: datetime) -> list[Crossing]:
    """Return the closest threshold that each certificate has crossed, the first to end first.

    Thresholds further away are passed over: a certificate that is imported five days before its
    end is told of once, not for 30, 14 and 7 days.
    """
    found = []
    for ending in sorted(endings, key=lambda one: (one.not_after, one.name)):
        left = ending.not_after - at
        if left < -TOLD_AFTER:
            continue
        passed = [days for days in thresholds if left <= timedelta(days=days)]
        if left < timedelta(0):
            passed = [EXPIRED]
        if passed:
            threshold = min(passed)
            found.append(Crossing(f"expiry:{ending.material_uuid}:{threshold}", threshold, ending))
    return found


def headline(crossings: Sequence[Crossing]) -> str:
    """Say in one sentence what a message about expiries is about; there is at least one."""
    over = sum(one.threshold == EXPIRED for one in crossings)
    ahead = len(crossings) - over
    parts = []
    if over:
        parts.append(f"{_certificates(over)} expired")
    if ahead:
        days = max(one.threshold for one in crossings)
        verb = "expires" if ahead == 1 else "expire"
        parts.append(f"{_certificates(ahead)} {verb} within {days} day{'' if days == 1 else 's'}")
    return f"{', '.join(parts)}."


def to_item(crossing: Crossing, at: datetime) -> Item:
    """Tell of one certificate."""
    ending = crossing.ending
    day = f"{ending.not_after:%Y-%m-%d %H:%M} UTC"
    days = abs(ending.not_after - at) // timedelta(days=1)
    span = f"{days} day{'' if days == 1 else 's'}"
    text = (
        f"expired {span} ago, on {day}."
        if crossing.threshold == EXPIRED
        else f"expires in {span}, on {day}."
    )
    return Item(
        ending.name,
        ending.location,
        text,
        ending.not_after.isoformat(timespec="seconds"),
        ending.serial,
    )


def _certificates(count: int) -> str:
    return "1 certificate" if count == 1 else f"{count} certificates"
