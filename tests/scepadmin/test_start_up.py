"""The first start, and every later one."""

from datetime import datetime

import pytest

from configuration import queries as configuration
from device import services as device
from device.models import Admin
from device.services import SignInRefused
from domain.errors import Refused
from scepadmin import start_up
from setup.queries import admins
from tests.in_force import InForce

pytestmark = pytest.mark.django_db


def signs_in(password: str, at: datetime) -> bool:
    try:
        device.sign_in(username="admin", password=password, address="127.0.0.1", at=at)
    except SignInRefused:
        return False
    return True


def test_the_first_start_makes_a_password_that_signs_in(now: datetime) -> None:
    password = start_up.prepare(password="", at=now)

    assert len(password) >= 16
    assert signs_in(password, now)


def test_a_later_start_keeps_the_password_and_does_not_tell_it(now: datetime) -> None:
    password = start_up.prepare(password="", at=now)

    assert start_up.prepare(password="", at=now) == ""
    assert signs_in(password, now)


def test_a_password_that_is_given_holds_from_now_on(now: datetime) -> None:
    start_up.prepare(password="first", at=now)

    assert start_up.prepare(password="second", at=now) == "second"
    assert signs_in("second", now)
    assert not signs_in("first", now)


def test_the_first_admin_is_configured_and_nothing_is_pending(now: datetime) -> None:
    start_up.prepare(password="", at=now)
    start_up.prepare(password="second", at=now)

    assert [admin.name for _, admin in admins.running_admins()] == ["admin"]
    assert configuration.pending_count() == 0


def test_the_same_password_given_again_changes_nothing(now: datetime) -> None:
    start_up.prepare(password="first", at=now)
    before = Admin.objects.get().password

    assert start_up.prepare(password="first", at=now) == "first"

    assert Admin.objects.get().password == before


def test_a_password_that_breaks_a_rule_is_refused_with_the_reason(
    in_force: InForce, now: datetime
) -> None:
    start_up.prepare(password="first", at=now)
    in_force.password(minimum_length=8)

    with pytest.raises(Refused, match="needs at least 8 characters; it has 6"):
        start_up.prepare(password="second", at=now)

    assert signs_in("first", now)
