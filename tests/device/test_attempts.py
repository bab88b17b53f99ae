"""Locked out: after how many wrong passwords, for whom, for how long, and how it ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from django.db import connection

from audit import queries as audit
from device import services
from device.lockout import WINDOW, TallyKind
from device.models import Admin, SignInTally
from device.queries.sign_ins import locked_out
from device.services import LockedOut, SignInRefused
from device.services.attempts import prune
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from tests.device.conftest import PASSWORD
from tests.in_force import InForce

HERE, THERE = "192.0.2.1", "198.51.100.7"
MINUTE = timedelta(minutes=1)
BOSS = Actor("boss")


def sign_in(
    at: datetime, *, username: str = "alice", password: str = "wrong", address: str = HERE
) -> SignInRefused | None:
    """Try to sign in; return why it was refused, None when it was not."""
    try:
        services.sign_in(username=username, password=password, address=address, at=at)
    except SignInRefused as refusal:
        return refusal
    return None


def times(count: int, at: datetime, **values: str) -> list[bool]:
    """Try so often; return for each whether it was locked out."""
    return [isinstance(sign_in(at, **values), LockedOut) for _ in range(count)]


@pytest.mark.usefixtures("alice")
def test_the_last_wrong_password_allowed_locks_the_user_name_out(
    in_force: InForce, now: datetime
) -> None:
    in_force.authentication(failed_attempts=3, lockout_time_min=5)

    assert times(2, now) == [False, False]
    refusal = sign_in(now)

    assert isinstance(refusal, LockedOut)
    assert refusal.message == "This user name is locked out after too many wrong passwords."
    assert refusal.hint == "Try again in 5 minutes."
    assert isinstance(sign_in(now, password=PASSWORD), LockedOut)
    assert isinstance(sign_in(now, password=PASSWORD, address=THERE), LockedOut)
    last = sign_in(now + 4 * MINUTE, password=PASSWORD)
    assert last is not None
    assert last.hint == "Try again in 1 minute."


@pytest.mark.usefixtures("alice")
def test_a_lock_out_ends_by_itself(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=3, lockout_time_min=5)
    times(3, now)

    assert times(3, now + 5 * MINUTE) == [False, False, True]
    assert sign_in(now + 10 * MINUTE, password=PASSWORD) is None


@pytest.mark.usefixtures("alice")
def test_the_right_password_starts_the_count_anew(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=3)

    for _ in range(3):
        assert times(2, now) == [False, False]
        assert sign_in(now, password=PASSWORD) is None
    assert not SignInTally.objects.filter(kind=TallyKind.USER).exists()


@pytest.mark.usefixtures("alice")
def test_by_default_no_user_name_is_locked_out(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts_per_address=0)

    assert not any(times(25, now))
    assert not SignInTally.objects.exists()


@pytest.mark.usefixtures("alice")
def test_a_name_that_nobody_has_is_locked_out_likewise(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=3, lockout_time_min=5)

    answers = []
    for username in ("alice", "hunter2"):
        told = [sign_in(now, username=username) for _ in range(4)]
        answers.append([(type(one), one.message, one.hint) for one in told if one])

    assert answers[0] == answers[1]
    written = [f"{event.text} {event.object_name} {event.detail}" for event in audit.events()]
    assert "hunter2" not in " ".join([*written, *map(str, SignInTally.objects.all())])
    assert [one.name for one in locked_out(now)] == ["alice", ""]


@pytest.mark.usefixtures("alice")
def test_an_address_is_locked_out_whatever_names_are_tried(
    in_force: InForce, now: datetime
) -> None:
    in_force.authentication(failed_attempts_per_address=3)

    assert [times(1, now, username=name)[0] for name in ("alice", "b", "c")] == [False, False, True]
    refusal = sign_in(now, password=PASSWORD)

    assert refusal is not None
    assert refusal.message == "Your address is locked out after too many wrong passwords."
    assert refusal.hint == "Try again in 5 minutes."
    assert sign_in(now, password=PASSWORD, address=THERE) is None
    assert sign_in(now + 5 * MINUTE, password=PASSWORD) is None


@pytest.mark.usefixtures("alice")
def test_an_account_of_ones_own_gives_an_address_no_more_tries(
    in_force: InForce, now: datetime
) -> None:
    services.create_admin(username="bob", password="guess me", at=now)
    in_force.authentication(failed_attempts_per_address=3)

    locked = []
    for _ in range(3):
        locked += times(1, now, username="bob")
        assert isinstance(sign_in(now, password=PASSWORD), LockedOut | None)

    assert locked == [False, False, True]


@pytest.mark.usefixtures("alice")
def test_a_good_sign_in_as_the_last_try_locks_nobody_out(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=1, failed_attempts_per_address=1)

    for _ in range(3):
        assert sign_in(now, password=PASSWORD) is None
    assert not SignInTally.objects.exists()


@pytest.mark.usefixtures("alice")
def test_a_locked_user_name_is_unlocked_by_an_admin(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=1)
    sign_in(now)
    (locked,) = locked_out(now)
    assert (locked.kind, locked.name, locked.tries, locked.until) == ("user", "alice", 1, None)
    refusal = sign_in(now, password=PASSWORD)
    assert refusal is not None
    assert refusal.hint == "Another admin has to unlock it."

    services.unlock(ids=[locked.id], by=BOSS, at=now)

    assert sign_in(now, password=PASSWORD) is None
    texts = [event.text for event in audit.events(kind="lock-out")]
    assert texts == [
        "Admin alice was unlocked.",
        "Admin alice is locked out after 1 wrong password.",
    ]
    with pytest.raises(NotFound):
        services.unlock(ids=[locked.id], by=BOSS, at=now)


@pytest.mark.usefixtures("alice")
def test_who_may_not_change_administrators_unlocks_nobody(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=1)
    sign_in(now)
    (locked,) = locked_out(now)

    with pytest.raises(Forbidden):
        services.unlock(ids=[locked.id], by=Actor("dora", Role.DEVICEADMIN), at=now)

    assert locked_out(now) == [locked]


@pytest.mark.usefixtures("alice")
def test_a_password_set_by_the_operator_is_a_way_back_in(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=1)
    sign_in(now)

    services.set_password(username="alice", password="new one", at=now)

    assert sign_in(now, password="new one") is None


@pytest.mark.usefixtures("alice")
def test_confirming_the_own_password_counts_as_well(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=2, lockout_time_min=1)
    alice = Actor("alice", address=HERE)
    told = []
    for password in ("wrong", "wrong", PASSWORD):
        with pytest.raises(services.PasswordWrong) as caught:
            services.confirm_password(by=alice, password=password, at=now)
        told.append(caught.value.message)

    assert told[0] == "This is not your password."
    assert told[1].startswith("This is not your password. This user name is locked out")
    assert told[2].startswith("This user name is locked out")
    services.confirm_password(by=alice, password=PASSWORD, at=now + MINUTE)


@pytest.mark.usefixtures("alice")
def test_what_is_over_is_forgotten(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=2, lockout_time_min=5)
    times(2, now)
    sign_in(now, username="nobody", address="")
    in_force.authentication(failed_attempts=1, failed_attempts_per_address=0)
    sign_in(now, username="stranger")

    prune(now + MINUTE)
    assert SignInTally.objects.count() == 4
    prune(now + WINDOW + MINUTE)
    assert SignInTally.objects.count() == 1
    prune(now + timedelta(days=2))
    assert not SignInTally.objects.exists()


@pytest.mark.usefixtures("alice")
def test_the_log_says_who_is_locked_out_until_when(in_force: InForce, now: datetime) -> None:
    in_force.authentication(failed_attempts=1, lockout_time_min=5)
    sign_in(now, username="x")
    sign_in(now)

    (user, stranger) = audit.events(kind="lock-out")
    assert user.text == (
        "Admin alice is locked out after 1 wrong password until 2026-11-23 12:05:00 UTC."
    )
    assert stranger.text.startswith("A user name that nobody has is locked out")


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_are_not_more_than_allowed(
    in_force: InForce, now: datetime, alice: Admin
) -> None:
    del alice
    in_force.authentication(failed_attempts=3, failed_attempts_per_address=0)

    def one(_: int) -> SignInRefused | None:
        try:
            return sign_in(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        refusals = list(threads.map(one, range(16)))

    looked_at = [event for event in audit.events(kind="sign-in") if event.outcome == "failed"]
    assert len(looked_at) == 3
    assert sum(isinstance(refusal, LockedOut) for refusal in refusals) >= 13
