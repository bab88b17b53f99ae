"""One-time passwords: given out, checked, consumed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from democa import services
from democa.holder import Holder
from democa.issuer import Unacceptable
from democa.models import OneTimePassword
from democa.services import passwords
from domain.errors import Refused

pytestmark = pytest.mark.django_db

ANYBODY = Holder("CN=fw-01")


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
    passwords.check(password.text, by=ANYBODY, at=now + timedelta(minutes=59))


@pytest.mark.conformance("S13")
def test_the_password_itself_is_neither_stored_nor_shown(
    fresh: Callable[[], str], now: datetime
) -> None:
    text = fresh()

    row = OneTimePassword.objects.get()
    assert text not in f"{vars(row)} {row} {passwords.FreshPassword(text, 60)!r}"
    assert passwords.check(text, by=ANYBODY, at=now) == row


def test_only_so_many_may_be_open_at_once(fresh: Callable[[], str], now: datetime) -> None:
    services.configure(behavior=services.Behavior(password_max=2))
    first = fresh()
    fresh()

    assert passwords.issue(at=now) is None
    passwords.consume(passwords.check(first, by=ANYBODY, at=now), at=now)
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
        passwords.check(challenge, by=ANYBODY, at=now)


@pytest.mark.conformance("S13")
def test_an_expired_password_is_refused(fresh: Callable[[], str], now: datetime) -> None:
    text = fresh()

    with pytest.raises(Unacceptable, match="has expired"):
        passwords.check(text, by=ANYBODY, at=now + timedelta(minutes=60))


@pytest.mark.conformance("S13")
def test_a_used_password_is_refused(fresh: Callable[[], str], now: datetime) -> None:
    text = fresh()
    passwords.consume(passwords.check(text, by=ANYBODY, at=now), at=now)

    with pytest.raises(Unacceptable, match="used before"):
        passwords.check(text, by=ANYBODY, at=now)


@pytest.mark.conformance("S13")
def test_of_two_requests_that_checked_the_same_password_one_gets_it(
    fresh: Callable[[], str], now: datetime
) -> None:
    text = fresh()
    first, second = (
        passwords.check(text, by=ANYBODY, at=now),
        passwords.check(text, by=ANYBODY, at=now),
    )
    passwords.consume(first, at=now)

    with pytest.raises(Unacceptable, match="used before"):
        passwords.consume(second, at=now)


@pytest.mark.conformance("S13")
def test_a_password_for_a_subject_is_for_nobody_else(now: datetime) -> None:
    fresh = services.issue_password_for(
        subject="CN=fw-01, O=Example", alternative_names="dns:fw.example.com", at=now
    )
    right = Holder("CN=fw-01,O=Example", ("DNS:fw.example.com",))

    for wrong in (
        Holder("CN=fw-02,O=Example", right.names),
        Holder(right.subject),
        Holder(right.subject, (*right.names, "DNS:admin.example.com")),
    ):
        with pytest.raises(Unacceptable, match="for another subject") as refusal:
            passwords.check(fresh.text, by=wrong, at=now)
        assert "fw-01" not in refusal.value.text

    assert passwords.check(fresh.text, by=right, at=now).subject == right.subject


def test_a_subject_that_is_not_understood_gets_no_password(now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        services.issue_password_for(subject="fw-01", alternative_names="", at=now)

    [problem] = refusal.value.problems
    assert problem.field == "subject"
    assert not OneTimePassword.objects.exists()


def test_passwords_for_a_subject_count_like_all_others(now: datetime) -> None:
    services.configure(behavior=services.Behavior(password_max=1))
    services.issue_password_for(subject="CN=fw-01", alternative_names="", at=now)

    with pytest.raises(Refused, match="as are allowed"):
        services.issue_password_for(subject="CN=fw-02", alternative_names="", at=now)
