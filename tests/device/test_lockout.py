"""How often a password may be wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.lockout import WINDOW, Limit, Tally, count, give_back

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = Limit(3, 5 * MINUTE)
FOR_GOOD = Limit(3, None)


def counted(times: int, limit: Limit = THREE, *, at: datetime = NOON) -> Tally:
    tally = None
    for _ in range(times):
        tally = count(tally, limit, at=at)
    assert tally is not None
    return tally


def test_the_last_try_allowed_locks() -> None:
    assert not counted(2).is_locked(NOON)
    assert counted(3).is_locked(NOON)
    assert counted(1, Limit(1, MINUTE)).is_locked(NOON)


def test_a_lock_ends_by_itself_and_the_tries_start_anew() -> None:
    tally = counted(3)

    assert tally.is_locked(NOON + 4 * MINUTE)
    assert not tally.is_locked(NOON + 5 * MINUTE)
    assert count(tally, THREE, at=NOON + 5 * MINUTE).tries == 1


def test_a_lock_for_good_stays() -> None:
    tally = counted(3, FOR_GOOD)

    assert tally.is_locked(NOON + timedelta(days=4000))
    assert tally.wait_min(NOON) is None


@pytest.mark.parametrize(("later_s", "minutes"), [(0, 5), (1, 5), (60, 4), (299, 1), (300, 1)])
def test_the_wait_is_told_in_minutes_begun_ones_included(later_s: int, minutes: int) -> None:
    assert counted(3).wait_min(NOON + timedelta(seconds=later_s)) == minutes


def test_tries_without_a_lock_are_forgotten_after_an_hour_without_one() -> None:
    assert count(counted(2), THREE, at=NOON + WINDOW - MINUTE).tries == 3
    assert count(counted(2), THREE, at=NOON + WINDOW).tries == 1


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    assert not counted(3).is_locked(NOON - MINUTE)
    assert count(counted(2), THREE, at=NOON - MINUTE).tries == 1


def test_a_good_try_is_given_back_with_the_lock_it_brought() -> None:
    good = give_back(counted(3), THREE)

    assert (good.tries, good.is_locked(NOON)) == (2, False)
    assert count(good, THREE, at=NOON).is_locked(NOON)
    assert give_back(give_back(good, THREE), THREE).tries == 0
    assert give_back(counted(1), THREE).tries == 0


def test_a_good_try_does_not_lift_the_lock_of_bad_ones() -> None:
    strict = Limit(2, MINUTE)

    assert give_back(counted(3), strict).is_locked(NOON)


@given(
    limit=st.integers(1, 5),
    lock_min=st.integers(1, 90),
    gaps_s=st.lists(st.integers(0, 5000), max_size=60),
)
def test_no_stretch_of_time_has_more_tries_than_allowed(
    limit: int, lock_min: int, gaps_s: list[int]
) -> None:
    lock = Limit(limit, lock_min * MINUTE)
    tally: Tally | None = None
    now, granted = NOON, []
    for gap_s in gaps_s:
        now += timedelta(seconds=gap_s)
        if tally is None or not tally.is_locked(now):
            tally = count(tally, lock, at=now)
            granted.append(now)

    shortest = min(lock_min * MINUTE, WINDOW)
    for first, after_as_many in zip(granted, granted[limit:], strict=False):
        assert after_as_many - first >= shortest


@given(
    limit=st.integers(1, 4),
    steps=st.lists(st.sampled_from(["begin", "good", "bad"]), max_size=80),
)
def test_however_tries_overlap_no_more_are_bad_than_allowed(limit: int, steps: list[str]) -> None:
    lock = Limit(limit, None)
    tally: Tally | None = None
    open_tries, bad = 0, 0
    for step in steps:
        if step == "begin" and (tally is None or not tally.is_locked(NOON)):
            tally = count(tally, lock, at=NOON)
            open_tries += 1
        elif step != "begin" and open_tries and tally is not None:
            open_tries -= 1
            bad += step == "bad"
            tally = give_back(tally, lock) if step == "good" else tally

    assert bad + open_tries <= limit
