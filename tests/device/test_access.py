"""Who is asking, and what that admin may do."""

from datetime import datetime

import pytest

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from device import access
from device.models import Admin
from domain.actions import Action
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden
from domain.locations import SHARED, VSYS1

READER = Actor("rita", Role.SUPERREADER)
VSYS_ADMIN = Actor("vera", Role.VSYSADMIN, scope=(VSYS1,))


@pytest.mark.parametrize("by", [SYSTEM, Actor("alice"), VSYS_ADMIN])
def test_who_may_write_is_let_through(by: Actor) -> None:
    access.require(by, Action.WRITE_SCEP, VSYS1)


@pytest.mark.parametrize(
    ("by", "message", "hint"),
    [
        pytest.param(
            READER,
            "Your role does not allow changing SCEP profiles. Nothing was done.",
            "Ask an admin with the role superuser or deviceadmin.",
            id="a role that reads",
        ),
        pytest.param(
            VSYS_ADMIN,
            "Your role does not allow changing SCEP profiles in Shared. Nothing was done.",
            "It allows that in: vsys1.",
            id="a location of others",
        ),
        pytest.param(
            Actor("nobody", Role.VSYSADMIN),
            "Your role does not allow changing SCEP profiles in Shared. Nothing was done.",
            "It allows that in: no virtual system.",
            id="no location at all",
        ),
    ],
)
def test_who_may_not_is_told_what_and_whom_to_ask(by: Actor, message: str, hint: str) -> None:
    assert not access.may(by, Action.WRITE_SCEP, SHARED)
    with pytest.raises(Forbidden) as caught:
        access.require(by, Action.WRITE_SCEP, SHARED)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_view_is_only_for_those_who_may(now: datetime) -> None:
    @access.requires(Action.COMMIT)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    request = RequestFactory().get("/")
    request.user = Admin(username="maria", created_at=now)
    assert view(request).status_code == 200

    request.user = Admin(username="rita", role=Role.SUPERREADER, created_at=now)
    with pytest.raises(Forbidden, match="committing"):
        view(request)


def test_a_request_tells_who_sent_it(now: datetime) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.9")
    request.user = Admin(
        username="vera",
        role=Role.CUSTOM,
        scope=["vsys1"],
        permitted=["read-scep"],
        created_at=now,
    )

    assert access.actor(request) == Actor(
        "vera", Role.CUSTOM, (VSYS1,), "192.0.2.9", frozenset({Action.READ_SCEP})
    )


@pytest.mark.django_db
def test_a_command_is_carried_out_with_the_role_of_the_admin_named(now: datetime) -> None:
    Admin.objects.create(username="rita", role=Role.SUPERREADER, created_at=now)

    assert access.actor_named("rita") == READER
    assert access.actor_named("cron") == Actor("cron")


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
