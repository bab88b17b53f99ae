"""The login banner, and what is told after signing in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from django.test import Client

from device.models import Admin
from tests.device.conftest import PASSWORD
from tests.in_force import InForce

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RIGHT = {"username": "alice", "password": PASSWORD, "next": "/tasks/"}
MESSAGE = "/message/?next=%2Ftasks%2F"
HTMX = {"HX-Request": "true"}


def test_the_banner_is_on_the_login_page_escaped_line_by_line(
    client: Client, in_force: InForce, alice: Admin
) -> None:
    del alice
    assert "login-banner" not in client.get("/login/").content.decode()
    in_force.general(login_banner="<b>Keep</b>\nout")

    page = client.get("/login/").content.decode()

    assert "&lt;b&gt;Keep&lt;/b&gt;\nout" in page
    assert "acknowledged" not in page
    assert client.post("/login/", RIGHT).status_code == 302


def test_a_banner_that_must_be_acknowledged_is_asked_for(
    client: Client, in_force: InForce, alice: Admin
) -> None:
    in_force.general(login_banner="Keep out", ack_login_banner=True)

    answer = client.post("/login/", RIGHT)
    assert answer.status_code == 422
    assert "Acknowledge the statement to log in." in answer.content.decode()
    assert "_auth_user_id" not in client.session
    alice.refresh_from_db()
    assert alice.failed_since_login == 0

    assert client.post("/login/", RIGHT | {"acknowledged": "on"}).status_code == 302


@pytest.mark.usefixtures("alice")
def test_the_message_of_the_day_comes_after_signing_in(client: Client, in_force: InForce) -> None:
    in_force.banners(
        motd_enabled=True,
        motd_title="Freeze",
        motd_message="No <i>commits</i>\ntoday",
        motd_severity="critical",
    )

    assert client.post("/login/", RIGHT).headers["Location"] == MESSAGE
    page = client.get(MESSAGE).content.decode()

    for words in (
        "Freeze",
        "<b>Critical</b>",
        "&lt;i&gt;commits&lt;/i&gt;<br>today",
        "notice-error",
    ):
        assert words in page
    assert 'data-return-url="/tasks/"' in page
    assert client.post(MESSAGE, {"next": "/tasks/"}).headers["Location"] == "/tasks/"


@pytest.mark.usefixtures("alice")
def test_a_hidden_message_comes_again_when_it_changes(client: Client, in_force: InForce) -> None:
    in_force.banners(motd_enabled=True, motd_message="one")
    client.post("/login/", RIGHT)
    assert client.post(MESSAGE, {"hide": "on"}, headers=HTMX).status_code == 204
    client.post("/logout/")

    assert client.post("/login/", RIGHT).headers["Location"] == "/tasks/"
    assert client.get(MESSAGE).headers["Location"] == "/tasks/"
    client.post("/logout/")
    in_force.banners(motd_enabled=True, motd_message="two")
    assert client.post("/login/", RIGHT).headers["Location"] == MESSAGE


@pytest.mark.usefixtures("alice")
def test_a_message_that_may_not_be_hidden_comes_every_time(
    client: Client, in_force: InForce
) -> None:
    in_force.banners(motd_enabled=True, motd_message="one", motd_may_be_hidden=False)
    client.post("/login/", RIGHT)
    assert "Do not show again" not in client.get(MESSAGE).content.decode()
    client.post(MESSAGE, {"hide": "on"})
    client.post("/logout/")

    assert client.post("/login/", RIGHT).headers["Location"] == MESSAGE


@pytest.mark.usefixtures("alice")
def test_the_message_leads_to_no_other_host(client: Client, in_force: InForce) -> None:
    in_force.banners(motd_enabled=True, motd_message="one")
    client.post("/login/", RIGHT)

    answer = client.post("/message/", {"next": "https://evil.example/"})

    assert answer.headers["Location"] == "/"


def test_a_password_that_expires_soon_is_told(
    client: Client, in_force: InForce, alice: Admin
) -> None:
    in_force.password(expiration_period_days=30, expiration_warning_days=7)
    expires = (alice.password_changed_at or NOON) + timedelta(days=30)

    with time_machine.travel(expires - timedelta(days=8), tick=False):
        assert client.post("/login/", RIGHT).headers["Location"] == "/tasks/"
        client.post("/logout/")
    with time_machine.travel(expires - timedelta(days=6), tick=False):
        assert client.post("/login/", RIGHT).headers["Location"] == MESSAGE
        assert "Your password expires at" in client.get(MESSAGE).content.decode()
