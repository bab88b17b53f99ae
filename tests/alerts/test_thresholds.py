"""Which certificates are told of when."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from alerts import thresholds
from alerts.thresholds import Crossing, Ending

DAYS = (30, 14, 7, 1)


def ending(at: datetime, days: float, name: str = "fw-1") -> Ending:
    """A certificate that ends so many days from now."""
    return Ending(UUID(int=1), name, "Shared", "0a", at + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "threshold"),
    [
        (31, None),
        (30, 30),
        (15, 30),
        (14, 14),
        (7.1, 14),
        (7, 7),
        (1.1, 7),
        (1, 1),
        (0, 1),
        (-0.1, 0),
        (-30, 0),
        (-30.1, None),
    ],
)
def test_only_the_closest_threshold_counts(
    now: datetime, days: float, threshold: int | None
) -> None:
    found = thresholds.crossed([ending(now, days)], DAYS, now)

    assert [one.threshold for one in found] == ([] if threshold is None else [threshold])
    assert [one.key for one in found] == [f"expiry:{UUID(int=1)}:{threshold}"] * len(found)


def test_the_first_to_end_comes_first(now: datetime) -> None:
    found = thresholds.crossed([ending(now, 5, "b"), ending(now, 2, "a")], DAYS, now)

    assert [one.ending.name for one in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("days", "headline"),
    [
        ([3], "1 certificate expires within 7 days."),
        ([0.5], "1 certificate expires within 1 day."),
        ([3, 20], "2 certificates expire within 30 days."),
        ([-1], "1 certificate expired."),
        ([-1, -2, 3], "2 certificates expired, 1 certificate expires within 7 days."),
    ],
)
def test_the_headline_counts(now: datetime, days: list[float], headline: str) -> None:
    found = thresholds.crossed([ending(now, one) for one in days], DAYS, now)

    assert thresholds.headline(found) == headline


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (3, "expires in 3 days, on 2026-11-26 12:00 UTC."),
        (1, "expires in 1 day, on 2026-11-24 12:00 UTC."),
        (-2, "expired 2 days ago, on 2026-11-21 12:00 UTC."),
    ],
)
def test_each_certificate_is_told_with_its_end(now: datetime, days: int, words: str) -> None:
    crossing = thresholds.crossed([ending(now, days)], DAYS, now)[0]
    assert isinstance(crossing, Crossing)

    item = thresholds.to_item(crossing, now)

    assert (item.name, item.location, item.text, item.serial) == ("fw-1", "Shared", words, "0a")
    assert item.not_after == (now + timedelta(days=days)).isoformat()
