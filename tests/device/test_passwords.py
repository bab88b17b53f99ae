"""New passwords: what is asked of one that an admin chooses, and of one that somebody else sets."""

from datetime import datetime, timedelta

import pytest

from device import services
from device.models import Admin, PasswordRecord
from device.services.passwords import REMEMBERED
from domain.actors import Actor
from tests.device.conftest import PASSWORD
from tests.in_force import InForce

ALICE = Actor("alice")
DAY = timedelta(days=1)


def change(password: str, at: datetime, *, old: str = PASSWORD, by: Actor = ALICE) -> list[str]:
    """Change alice's password; return what was wrong with the new one."""
    try:
        services.set_password(username="alice", password=password, old=old, by=by, at=at)
    except services.PasswordRefused as refusal:
        return [problem.message for problem in refusal.problems if problem.field == "password"]
    return []


@pytest.mark.usefixtures("alice")
def test_rules_hold_for_whoever_sets_a_password(in_force: InForce, now: datetime) -> None:
    in_force.password(minimum_length=8)

    assert len(change("short", now)) == 1
    assert len(change("short", now, by=Actor("boss"))) == 1
    with pytest.raises(services.PasswordRefused):
        services.create_admin(username="bob", password="short", at=now)
    with pytest.raises(services.PasswordRefused):
        services.set_password(username="alice", password="short", at=now)
    with pytest.raises(services.PasswordRefused):
        services.check_password(username="alice", password="short")


@pytest.mark.usefixtures("alice")
def test_earlier_passwords_do_not_come_back(in_force: InForce, now: datetime) -> None:
    in_force.password(password_history_count=3)
    assert change("second", now) == []
    assert change("third", now) == []

    told = "The password was used before: the last 3 cannot come back."
    assert [change(word, now) for word in (PASSWORD, "second", "third")] == [[told]] * 3
    assert change("fourth", now) == []
    assert change(PASSWORD, now) == []


@pytest.mark.usefixtures("alice")
def test_the_present_password_is_not_a_new_one(in_force: InForce, now: datetime) -> None:
    in_force.password(password_history_count=1)

    assert change(PASSWORD, now) == ["The password must be another one than the present one."]
    assert change("second", now) == []
    assert change(PASSWORD, now) == []


@pytest.mark.usefixtures("alice")
def test_others_may_set_a_password_that_was_used_before(in_force: InForce, now: datetime) -> None:
    in_force.password(password_history_count=3, new_password_differs_by=5)

    assert change(PASSWORD, now, by=Actor("boss")) == []


@pytest.mark.usefixtures("alice")
def test_a_new_password_differs_from_the_one_that_was_typed(
    in_force: InForce, now: datetime
) -> None:
    in_force.password(new_password_differs_by=3)

    assert len(change(f"{PASSWORD}12", now)) == 1
    assert change(f"{PASSWORD}123", now) == []


@pytest.mark.usefixtures("alice")
def test_a_password_that_was_chosen_stays_for_a_while(in_force: InForce, now: datetime) -> None:
    in_force.password(change_period_block_days=2)
    assert change("second", now) == []

    told = "The password can be changed again from 2026-11-25 12:00 UTC."
    assert change("third", now + DAY) == [told]
    assert change("third", now + 2 * DAY) == []
    assert change("fourth", now + 2 * DAY, by=Actor("boss")) == []
    assert change("fifth", now + 2 * DAY) == []


@pytest.mark.usefixtures("alice")
def test_without_rules_nothing_is_asked(in_force: InForce, now: datetime) -> None:
    del in_force
    assert change(PASSWORD, now) == []


def test_not_all_earlier_passwords_are_kept(alice: Admin, now: datetime) -> None:
    records = [PasswordRecord(admin=alice, encoded="!", replaced_at=now) for _ in range(REMEMBERED)]
    PasswordRecord.objects.bulk_create(records)

    assert change("second", now) == []

    assert PasswordRecord.objects.count() == REMEMBERED
    assert str(PasswordRecord.objects.latest("pk")).startswith("alice until")
