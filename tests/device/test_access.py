"""Who is asking, and what that admin may do."""

from datetime import datetime

import pytest

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from device import access
from device.models import Admin
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden
from domain.locations import SHARED, VSYS1

READER = Actor("rita", Role.SUPERREADER)
VSYS_ADMIN = Actor("vera", Role.SUPERUSER, scope=(VSYS1,))


@pytest.mark.parametrize("by", [SYSTEM, Actor("alice"), VSYS_ADMIN])
def test_who_may_write_is_let_through(by: Actor) -> None:
    access.require_write(by, VSYS1)


@pytest.mark.parametrize(
    ("by", "word"),
    [
        pytest.param(READER, "reading", id="a role that reads"),
        pytest.param(VSYS_ADMIN, "Shared", id="a location of others"),
    ],
)
def test_who_may_not_write_is_told_why(by: Actor, word: str) -> None:
    with pytest.raises(Forbidden) as caught:
        access.require_write(by, SHARED)

    assert word in caught.value.message
    assert caught.value.hint


def test_a_request_tells_who_sent_it(now: datetime) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.9")
    request.user = Admin(username="vera", scope=["vsys1"], created_at=now)

    assert access.actor(request) == Actor(
        "vera", Role.SUPERUSER, scope=(VSYS1,), address="192.0.2.9"
    )


def test_the_status_bar_shows_the_sign_in_before(now: datetime) -> None:
    request = RequestFactory().get("/")
    request.user = Admin(
        username="vera", previous_login_at=now, failed_before_login=2, last_failed_at=now
    )

    facts = access.sign_in_facts(request)

    assert (facts.username, facts.role) == ("vera", Role.SUPERUSER)
    assert (facts.previous_login_at, facts.failed_attempts, facts.last_failed_at) == (now, 2, now)


def test_a_visitor_is_nobody() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with pytest.raises(PermissionDenied):
        access.actor(request)
