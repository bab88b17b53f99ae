"""How much one address may ask for in a minute."""

from datetime import datetime, timedelta

import pytest

from democa import throttle
from democa.throttle import Throttle

HERE, THERE = "192.0.2.1", "192.0.2.2"
SECOND = timedelta(seconds=1)


def test_an_address_waits_from_its_limit_to_the_end_of_its_minute(now: datetime) -> None:
    counts = Throttle()
    for _ in range(3):
        assert counts.wait_s(HERE, 3, at=now) == 0
        counts.count(HERE, at=now)

    assert counts.wait_s(HERE, 3, at=now + 20 * SECOND) == 40
    assert counts.wait_s(THERE, 3, at=now + 20 * SECOND) == 0
    assert counts.wait_s(HERE, 3, at=now + 60 * SECOND) == 0


def test_the_wait_is_rounded_up_to_whole_seconds(now: datetime) -> None:
    counts = Throttle()
    counts.count(HERE, at=now)

    assert counts.wait_s(HERE, 1, at=now + timedelta(seconds=59.5)) == 1


def test_a_clock_that_was_set_back_locks_nobody_out(now: datetime) -> None:
    counts = Throttle()
    counts.count(HERE, at=now)

    assert counts.wait_s(HERE, 1, at=now - timedelta(hours=1)) == 0


@pytest.mark.parametrize(("later_s", "waits"), [(30, 0), (61, 0)], ids=["all", "the old ones"])
def test_only_so_many_addresses_are_remembered(now: datetime, later_s: int, waits: int) -> None:
    counts = Throttle()
    for number in range(throttle.MAX_ADDRESSES):
        counts.count(str(number), at=now)

    later = now + timedelta(seconds=later_s)
    counts.count(HERE, at=later)

    assert counts.wait_s("1", 1, at=later) == waits
    assert counts.wait_s(HERE, 1, at=later) == 60
