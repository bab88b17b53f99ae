"""One-time passwords: given out, checked, consumed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from democa import services
from democa.issuer import Unacceptable
from democa.models import OneTimePassword
from democa.services import passwords

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(now: datetime) -> Callable[[], str]:
    """Makes a password."""

    def issue() -> str:
        password = passwords.issue(at=now)
        assert password is not None
        return password.text

    return issue


@pytest.mark.conformance("S13", "D24")
def test_a_password_has_sixteen_upper_case_hex_digits_and_is_good_for_an_hour(
    now: datetime,
) -> None:
    password = passwords.issue(at=now)

    assert password is not None
    assert re.fullmatch(r"[0-9A-F]{16}", password.text)
    assert password.lifetime_minutes == 60
    passwords.check(password.text, at=now + timedelta(minutes=59))


@pytest.mark.conformance("S13")
def test_the_password_itself_is_neither_stored_nor_shown(
    fresh: Callable[[], str], now: datetime
) -> None:
    text = fresh()

    row = OneTimePassword.objects.get()
    assert text not in f"{vars(row)} {row} {passwords.FreshPassword(text, 60)!r}"
    assert passwords.check(text, at=now) == row


def test_only_so_many_may_be_open_at_once(fresh: Callable[[], str], now: datetime) -> None:
    services.configure(behavior=services.Behavior(password_max=2))
    first = fresh()
    fresh()

    assert passwords.issue(at=now) is None
    passwords.consume(passwords.check(first, at=now), at=now)
    assert passwords.issue(at=now) is not None


def test_expired_passwords_make_room_and_are_forgotten_after_a_day(
    fresh: Callable[[], str], now: datetime
) -> None:
    services.configure(behavior=services.Behavior(password_max=1))
    fresh()

    assert passwords.issue(at=now + timedelta(minutes=60)) is not None
    assert passwords.issue(at=now + timedelta(days=2)) is not None
    assert OneTimePassword.objects.count() == 1


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        pytest.param("", "carries no challenge password", id="none"),
        pytest.param("0123456789ABCDEF", "not one of this CA's", id="unknown"),
        pytest.param("É" * 600, "not one of this CA's", id="not even hexadecimal"),
    ],
)
def test_a_challenge_that_is_none_of_ours_is_refused(
    now: datetime, challenge: str, words: str
) -> None:
    with pytest.raises(Unacceptable, match=words):
        passwords.check(challenge, at=now)


@pytest.mark.conformance("S13")
def test_an_expired_password_is_refused(fresh: Callable[[], str], now: datetime) -> None:
    text = fresh()

    with pytest.raises(Unacceptable, match="has expired"):
        passwords.check(text, at=now + timedelta(minutes=60))


@pytest.mark.conformance("S13")
def test_a_used_password_is_refused(fresh: Callable[[], str], now: datetime) -> None:
    text = fresh()
    passwords.consume(passwords.check(text, at=now), at=now)

    with pytest.raises(Unacceptable, match="used before"):
        passwords.check(text, at=now)


@pytest.mark.conformance("S13")
def test_of_two_requests_that_checked_the_same_password_one_gets_it(
    fresh: Callable[[], str], now: datetime
) -> None:
    text = fresh()
    first, second = passwords.check(text, at=now), passwords.check(text, at=now)
    passwords.consume(first, at=now)

    with pytest.raises(Unacceptable, match="used before"):
        passwords.consume(second, at=now)
