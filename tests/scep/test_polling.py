"""When a pending request is polled, and when no more."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scep.polling import Polling

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.conformance("C53")
def test_polls_back_off_from_a_minute_to_an_hour() -> None:
    waits = [Polling().wait(polls, timedelta()) for polls in range(8)]

    assert waits == [MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32, 60, 60)]


@pytest.mark.conformance("C53")
def test_polling_ends_with_its_time() -> None:
    assert Polling().wait(50, 30 * DAY - HOUR) == HOUR
    assert Polling().wait(50, 30 * DAY - HOUR + MINUTE) is None


@pytest.mark.conformance("C53")
def test_polling_ends_after_so_many_polls() -> None:
    few = Polling(most=3)

    assert few.wait(2, timedelta()) is not None
    assert few.wait(3, timedelta()) is None


@pytest.mark.conformance("C53")
@given(
    st.integers(0, 10**9),
    st.timedeltas(timedelta(), timedelta(days=10_000)),
    st.timedeltas(timedelta(seconds=1), DAY),
    st.timedeltas(DAY, timedelta(days=400)),
)
def test_no_wait_is_shorter_than_the_first_or_longer_than_the_longest(
    polls: int, waited: timedelta, first: timedelta, give_up_after: timedelta
) -> None:
    wait = Polling(first, longest=DAY, give_up_after=give_up_after).wait(polls, waited)

    if wait is not None:
        assert first <= wait <= DAY
        assert waited + wait <= give_up_after
