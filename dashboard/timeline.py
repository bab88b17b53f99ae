"""The timeline of expiries: which spans it has, and where its bars stand. Pure.

Lengths are units of the picture's own coordinate system (SVG ``viewBox``), from its top left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

MONTHS: Final = 24
WEEKS: Final = 26

WIDTH: Final = 880
HEIGHT: Final = 230
_LEFT: Final = 44
_TOP: Final = 20
_BOTTOM: Final = 38
_SHARE: Final = 0.68
"""Part of its slot that a bar fills."""
_LEAST: Final = 3.0
"""Height of a bar for one certificate among very many: it still has to be seen."""

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class Unit(StrEnum):
    """How long a span is."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Span:
    """A month or a week; the one that has begun starts today.

    Attributes:
        first: its first day, in UTC.
        last: its last day, which belongs to it.
        words: as it is called in full: ``"March 2027"``, ``"8 to 14 Mar 2027"``.
        label: the same below its bar: ``"Mar"``, ``"8"``.
        group: what stands below the label where something new begins: the year, or the month.
    """

    first: date
    last: date
    words: str
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A span's bar, and the slot around it, which can be clicked from top to bottom.

    Attributes:
        slot_x: left edge of the slot.
        center: middle of the slot.
        height: 0 when nothing ends in the span.
        is_soon: whether the span begins within the next 30 days.
    """

    span: Span
    count: int
    slot_x: float
    center: float
    x: float
    y: float
    width: float
    height: float
    is_soon: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line with the number of certificates it stands for."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything drawn.

    Attributes:
        slot: width of the slot that each bar has.
        top: where slots begin.
        base: where bars stand.
        left: where the lines begin.
        most: the greatest number of certificates that end in one span.
        total: certificates that end in all spans together.
    """

    width: int
    height: int
    slot: float
    top: float
    base: float
    left: float
    most: int
    total: int
    bars: tuple[Bar, ...]
    rules: tuple[Rule, ...]

    @property
    def slot_height(self) -> float:
        """How high slots are."""
        return self.base - self.top


def spans(today: date, unit: Unit) -> tuple[Span, ...]:
    """Return the spans from today on: 24 months, or 26 weeks that begin on Mondays."""
    if unit is Unit.WEEK:
        return _weeks(today)
    return _months(today)


def chart(of: Sequence[Span], counts: Sequence[int]) -> Chart:
    """Place a bar for each span.

    Args:
        of: at least one span.
        counts: how many certificates end in each of them.
    """
    most = max(counts)
    step = _step(most)
    top_value = max(step, -(-most // step) * step)
    base = float(HEIGHT - _BOTTOM)
    scale = (base - _TOP) / top_value
    slot = (WIDTH - _LEFT) / len(of)
    soon = of[0].first + timedelta(days=30)
    bars = []
    for number, (span, count) in enumerate(zip(of, counts, strict=True)):
        height = max(_LEAST, count * scale) if count else 0.0
        slot_x = _LEFT + number * slot
        bars.append(
            Bar(
                span=span,
                count=count,
                slot_x=round(slot_x, 2),
                center=round(slot_x + slot / 2, 2),
                x=round(slot_x + slot * (1 - _SHARE) / 2, 2),
                y=round(base - height, 2),
                width=round(slot * _SHARE, 2),
                height=round(height, 2),
                is_soon=span.first < soon,
            )
        )
    rules = [Rule(round(base - value * scale, 2), value) for value in range(0, top_value + 1, step)]
    return Chart(
        WIDTH,
        HEIGHT,
        round(slot, 2),
        _TOP,
        base,
        _LEFT,
        most,
        sum(counts),
        tuple(bars),
        tuple(rules),
    )


def _step(most: int) -> int:
    """Return 1, 2 or 5 times a power of ten, so that at most five lines reach beyond the most."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * 5 >= most:
                return digit * power
        power *= 10


def _months(today: date) -> tuple[Span, ...]:
    found = []
    first = today
    for number in range(MONTHS):
        following = _next_month(first)
        name = _MONTHS[first.month - 1]
        found.append(
            Span(
                first,
                following - timedelta(days=1),
                f"{name} {first.year}",
                name[:3],
                str(first.year) if number == 0 or first.month == 1 else "",
            )
        )
        first = following
    return tuple(found)


def _weeks(today: date) -> tuple[Span, ...]:
    found: list[Span] = []
    first = today
    for _ in range(WEEKS):
        last = first + timedelta(days=6 - first.weekday())
        begins = not found or first.month != found[-1].first.month
        group = f"{_MONTHS[first.month - 1][:3]} {first.year % 100:02}" if begins else ""
        found.append(Span(first, last, _week_words(first, last), str(first.day), group))
        first = last + timedelta(days=1)
    return tuple(found)


def _week_words(first: date, last: date) -> str:
    end = f"{last.day} {_MONTHS[last.month - 1][:3]} {last.year}"
    if first == last:
        return end
    month = "" if first.month == last.month else f" {_MONTHS[first.month - 1][:3]}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {end}"


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
