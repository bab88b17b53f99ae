"""The sliding idle time-out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from django.contrib.sessions.models import Session
from django.test import Client

from device.sessions import SessionStore
from tests.device.conftest import PASSWORD

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_session_just_used_is_not_written_again() -> None:
    with time_machine.travel(NOON, tick=False):
        store = SessionStore()
        store["a"] = 1
        store.save()

    with time_machine.travel(NOON + timedelta(seconds=50), tick=False):
        again = SessionStore(store.session_key)
        assert again["a"] == 1
        assert not again.modified


@pytest.mark.django_db
def test_a_session_used_a_minute_later_is_written() -> None:
    with time_machine.travel(NOON, tick=False):
        store = SessionStore()
        store["a"] = 1
        store.save()

    with time_machine.travel(NOON + timedelta(seconds=70), tick=False):
        again = SessionStore(store.session_key)
        assert again["a"] == 1
        assert again.modified


@pytest.mark.django_db
def test_a_session_that_is_over_is_empty() -> None:
    with time_machine.travel(NOON, tick=False):
        store = SessionStore()
        store["a"] = 1
        store.save()

    with time_machine.travel(NOON + timedelta(minutes=61), tick=False):
        again = SessionStore(store.session_key)
        assert "a" not in again


@pytest.mark.usefixtures("alice")
def test_an_admin_who_goes_on_working_stays_signed_in(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.post("/login/", {"username": "alice", "password": PASSWORD})
        for _ in range(4):
            clock.shift(timedelta(minutes=40))
            assert client.get("/tasks/").status_code == 200
        assert Session.objects.get().expire_date == clock_now() + timedelta(hours=1)
        clock.shift(timedelta(minutes=61))
        assert client.get("/tasks/").headers["Location"] == "/login/?next=/tasks/"


def clock_now() -> datetime:
    return datetime.now(UTC)
