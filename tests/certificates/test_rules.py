"""Names, polls and validity."""

from datetime import datetime, timedelta

import pytest

from certificates import rules
from certificates.rules import Status


@pytest.mark.parametrize(
    ("begins", "ends", "word"),
    [
        pytest.param(-1, 31, Status.VALID, id="more than thirty days left"),
        pytest.param(-1, 30, Status.EXPIRING, id="exactly thirty days left"),
        pytest.param(-1, 0, Status.EXPIRING, id="ends this very second"),
        pytest.param(-9, -1, Status.EXPIRED, id="ended yesterday"),
        pytest.param(1, 9, Status.NOT_YET_VALID, id="begins tomorrow"),
    ],
)
def test_a_validity_period_in_one_word(begins: int, ends: int, word: Status, now: datetime) -> None:
    assert rules.validity(now + timedelta(begins), now + timedelta(ends), now) is word


def test_a_fetched_certificate_is_named_after_its_profile() -> None:
    assert rules.fetched_name("corp users", "ca", set()) == "corp-users-ca"


def test_a_name_that_is_taken_gets_the_next_free_number() -> None:
    assert rules.fetched_name("ndes", "ra-1", {"ndes-ra-1", "ndes-ra-1-2"}) == "ndes-ra-1-3"


def test_a_numbered_name_is_never_too_long() -> None:
    name = "n" * 63

    assert rules.free_name(name, {name}) == "n" * 61 + "-2"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(days=365 * 3), "in 3 years"),
        (timedelta(days=364), "in 364 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=5, minutes=59), "in 5 hours"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(0), "just now"),
        (timedelta(minutes=-2), "2 minutes ago"),
        (timedelta(days=-40), "40 days ago"),
    ],
)
def test_a_moment_seen_from_now(away: timedelta, words: str, now: datetime) -> None:
    assert rules.relative(now + away, now) == words
