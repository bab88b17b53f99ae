"""Sessions: how they end, who sees them, who ends them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from django.test import Client

from audit import queries as audit
from device import services
from device.models import Admin, AdminSession
from device.queries.sign_ins import SessionView, handle_of, sessions
from device.services.sessions import prune
from device.sessions import SessionStore
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from tests.device.conftest import PASSWORD
from tests.in_force import InForce

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TO_LOGIN = "/login/?next=/tasks/"
ALICE = Actor("alice")


def sign_in(client: Client, username: str = "alice", address: str = "192.0.2.1") -> None:
    filled = {"username": username, "password": PASSWORD}
    assert client.post("/login/", filled, REMOTE_ADDR=address).status_code == 302


def is_in(client: Client) -> bool:
    return client.get("/tasks/").status_code == 200


def listed(username: str = "", at: datetime | None = None) -> list[SessionView]:
    return sessions(present_key="", at=at or datetime.now(UTC), username=username)


@pytest.mark.usefixtures("alice")
def test_an_admin_who_goes_on_working_stays_signed_in(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        for _ in range(4):
            clock.shift(40 * MINUTE)
            assert is_in(client)
        assert AdminSession.objects.get().expire_date == NOON + 220 * MINUTE
        clock.shift(61 * MINUTE)
        assert client.get("/tasks/").headers["Location"] == TO_LOGIN


@pytest.mark.usefixtures("alice")
def test_a_session_just_used_is_not_written_again(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        clock.shift(timedelta(seconds=50))
        assert is_in(client)
        assert AdminSession.objects.get().used_at == NOON
        clock.shift(timedelta(seconds=10))
        assert is_in(client)
        assert AdminSession.objects.get().used_at == NOON + MINUTE


@pytest.mark.usefixtures("alice")
def test_a_page_that_refreshes_itself_does_not_keep_the_session(client: Client) -> None:
    itself = {"HX-Request": "true", "HX-Trigger": "tasks", "HX-Target": "tasks"}
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        clock.shift(40 * MINUTE)
        assert client.get("/tasks/", headers=itself).status_code == 200
        assert AdminSession.objects.get().used_at == NOON
        clock.shift(20 * MINUTE)
        assert client.get("/tasks/", headers=itself).headers["HX-Redirect"].startswith("/login/")


@pytest.mark.usefixtures("alice")
def test_a_click_in_a_page_keeps_the_session(client: Client) -> None:
    click = {"HX-Request": "true", "HX-Trigger": "filter", "HX-Target": "tasks"}
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        clock.shift(40 * MINUTE)
        client.get("/tasks/", headers=click)

    assert AdminSession.objects.get().used_at == NOON + 40 * MINUTE


@pytest.mark.usefixtures("alice")
def test_a_shorter_idle_timeout_holds_for_open_sessions_at_once(
    client: Client, in_force: InForce
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        in_force.authentication(idle_timeout_min=1)
        clock.shift(timedelta(seconds=50))
        assert is_in(client)
        clock.shift(timedelta(seconds=50))
        assert is_in(client)
        clock.shift(MINUTE)
        assert not is_in(client)


@pytest.mark.usefixtures("alice")
def test_without_idle_timeout_a_session_stays(client: Client, in_force: InForce) -> None:
    in_force.authentication(idle_timeout_min=0)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        clock.shift(timedelta(days=30))
        assert is_in(client)


@pytest.mark.usefixtures("alice")
def test_a_session_in_use_ends_when_it_is_too_old(client: Client, in_force: InForce) -> None:
    in_force.authentication(max_session_time_min=90)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client)
        clock.shift(50 * MINUTE)
        assert is_in(client)
        clock.shift(39 * MINUTE)
        assert is_in(client)
        clock.shift(MINUTE)
        assert not is_in(client)


@pytest.mark.usefixtures("alice")
def test_the_cookie_goes_with_the_browser(client: Client) -> None:
    sign_in(client)

    assert not client.cookies["scepadmin_session"]["max-age"]


@pytest.mark.usefixtures("alice")
def test_one_session_too_many_ends_the_one_used_least_lately(in_force: InForce) -> None:
    in_force.authentication(max_session_count=2)
    first, second, third = Client(), Client(), Client()
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(first)
        clock.shift(2 * MINUTE)
        sign_in(second)
        clock.shift(2 * MINUTE)
        assert is_in(first)
        sign_in(third)

        assert (is_in(first), is_in(second), is_in(third)) == (True, False, True)


@pytest.mark.usefixtures("alice")
def test_the_list_shows_who_is_signed_in_from_where_since_when(
    client: Client, now: datetime
) -> None:
    services.create_admin(username="bob", password=PASSWORD, at=now)
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(Client(), "bob", address="2001:db8::7")
        clock.shift(5 * MINUTE)
        sign_in(client)
        clock.shift(5 * MINUTE)
        assert is_in(client)
        key = client.session.session_key or ""
        found = sessions(present_key=key, at=NOON + 10 * MINUTE)
        assert [one.username for one in listed("bob")] == ["bob"]

    assert [(one.username, one.address, one.is_own) for one in found] == [
        ("alice", "192.0.2.1", True),
        ("bob", "2001:db8::7", False),
    ]
    assert (found[0].began_at, found[0].used_at) == (NOON + 5 * MINUTE, NOON + 10 * MINUTE)
    assert key not in repr(found)
    assert listed(at=NOON + 90 * MINUTE) == []


@pytest.mark.usefixtures("alice")
def test_an_admin_ends_an_own_session(client: Client) -> None:
    sign_in(client)
    (session,) = listed()

    services.end_session(handle=session.handle, by=ALICE, at=NOON)

    assert not is_in(client)
    assert (
        audit.events(kind="sign-out")[0].text
        == "A session of admin alice from 192.0.2.1 was ended."
    )
    with pytest.raises(NotFound):
        services.end_session(handle=session.handle, by=ALICE, at=NOON)


@pytest.mark.usefixtures("alice")
def test_only_who_may_change_administrators_ends_the_sessions_of_others(client: Client) -> None:
    sign_in(client)
    (session,) = listed()

    with pytest.raises(Forbidden):
        services.end_session(handle=session.handle, by=Actor("dora", Role.DEVICEADMIN), at=NOON)
    assert is_in(client)
    services.end_session(handle=session.handle, by=Actor("sue"), at=NOON)
    assert not is_in(client)


def test_a_new_password_ends_the_sessions(client: Client, alice: Admin, now: datetime) -> None:
    sign_in(client)
    sign_in(Client())
    Admin.objects.filter(pk=alice.pk).update(password="!")
    assert listed() == []

    services.set_password(username="alice", password="new", at=now)

    assert not AdminSession.objects.exists()


@pytest.mark.django_db
def test_a_visitor_can_have_a_session_that_nobody_sees() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()

    row = AdminSession.objects.get()
    assert (row.admin, listed()) == (None, [])
    assert str(row).startswith("None since")
    assert SessionStore(store.session_key)["a"] == 1
    assert SessionStore("unknown").load() == {}
    assert handle_of("a") != handle_of("b")


@pytest.mark.django_db
def test_sessions_that_have_ended_are_removed() -> None:
    with time_machine.travel(NOON, tick=False):
        store = SessionStore()
        store["a"] = 1
        store.save()

    prune(NOON + 59 * MINUTE)
    assert AdminSession.objects.exists()
    prune(NOON + 61 * MINUTE)
    assert not AdminSession.objects.exists()
