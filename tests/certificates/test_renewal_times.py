"""When a certificate is due, and when a renewal that failed is tried again."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.renewal_times import JITTER, due_at, next_try
from profiles.spec import Renewal
from tests.issuing import NOW
from tests.profiles import factories

FIRST = UUID(int=0)
"""A certificate whose jitter is none."""

YEAR = timedelta(days=365)


def by_days(days: int) -> dict[str, object]:
    return {"renewal": Renewal.DAYS, "renewal_days": days}


@pytest.mark.parametrize(
    ("profile", "lifetime", "after"),
    [
        pytest.param({}, timedelta(days=100), timedelta(days=80), id="80 % by default"),
        pytest.param({}, timedelta(hours=10), timedelta(hours=8), id="of hours as well"),
        pytest.param(
            {"renewal_percent": 50}, timedelta(days=100), timedelta(days=50), id="another share"
        ),
        pytest.param(by_days(30), YEAR, timedelta(days=335), id="days before the end"),
        pytest.param(
            by_days(30), timedelta(days=40), timedelta(days=20), id="not before half of it"
        ),
        pytest.param(
            by_days(365), timedelta(days=1), timedelta(hours=12), id="shorter than the days"
        ),
    ],
)
def test_a_certificate_is_due_when_its_profile_says(
    profile: dict[str, object], lifetime: timedelta, after: timedelta
) -> None:
    assert due_at(factories.spec(**profile), NOW, NOW + lifetime, FIRST) == NOW + after


def test_a_profile_that_is_switched_off_renews_nothing() -> None:
    assert due_at(factories.spec(renewal=Renewal.OFF), NOW, NOW + YEAR, FIRST) is None


@given(st.uuids())
def test_jitter_delays_by_a_tenth_of_what_remains_at_most_and_is_always_the_same(
    material: UUID,
) -> None:
    begin = due_at(factories.spec(), NOW, NOW + YEAR, FIRST)
    moment = due_at(factories.spec(), NOW, NOW + YEAR, material)

    assert begin is not None
    assert moment is not None
    assert begin <= moment < begin + YEAR * 0.2 * JITTER
    assert moment == due_at(factories.spec(), NOW, NOW + YEAR, material)


def test_certificates_issued_together_are_spread() -> None:
    moments = {due_at(factories.spec(), NOW, NOW + YEAR, UUID(int=n * 997)) for n in range(100)}

    assert len(moments) == 100


def test_the_waits_double_from_15_minutes_to_a_day() -> None:
    waits = [next_try(tries, NOW, NOW + YEAR) - NOW for tries in (1, 2, 3, 7, 8, 99)]

    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [15, 30, 60, 960, 1440, 1440]


def test_near_the_end_a_try_comes_sooner_but_not_within_5_minutes() -> None:
    assert next_try(9, NOW, NOW + timedelta(hours=4)) == NOW + timedelta(minutes=30)
    assert next_try(9, NOW, NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=5)


def test_after_the_end_there_is_one_a_day() -> None:
    assert next_try(1, NOW, NOW) == NOW + timedelta(days=1)
