"""The page of sessions and lock-outs, and the dialog of one's own sign-ins."""

from datetime import UTC, datetime

import pytest

from django.test import Client

from device import services
from device.models import Admin, AdminSession
from device.queries.sign_ins import handle_of, locked_out
from domain.actors import Role
from tests.device.conftest import PASSWORD
from tests.in_force import InForce

PAGE = "/device/sessions/"
OWN = "/sign-ins/"
HTMX = {"HX-Request": "true"}


def sign_in(username: str = "alice", address: str = "192.0.2.1") -> Client:
    client = Client()
    filled = {"username": username, "password": PASSWORD}
    assert client.post("/login/", filled, REMOTE_ADDR=address).status_code == 302
    return client


def handle(client: Client) -> str:
    return handle_of(client.session.session_key or "")


@pytest.fixture
def boss(client: Client, alice: Admin) -> Client:
    """A superuser's browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def bob(now: datetime, db: None) -> Client:
    """The browser of an admin who may not see administrators."""
    del db
    services.create_admin(username="bob", password=PASSWORD, role=Role.DEVICEREADER, at=now)
    return sign_in("bob", "198.51.100.7")


def test_the_page_lists_sessions_and_ends_those_of_others(boss: Client, bob: Client) -> None:
    page = boss.get(PAGE).content.decode()
    assert "198.51.100.7" in page
    assert "This session" in page
    assert "No user name and no address is locked out." in page
    key = bob.session.session_key or ""
    assert key not in page

    answer = boss.post(f"/sessions/{handle(bob)}/end/", headers=HTMX)

    assert "198.51.100.7" not in answer.content.decode()
    assert bob.get("/tasks/").headers["Location"] == "/login/?next=/tasks/"


def test_without_javascript_the_page_comes_again(boss: Client, bob: Client) -> None:
    answer = boss.post(f"/sessions/{handle(bob)}/end/")

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)


def test_who_may_not_see_administrators_sees_only_own_sign_ins(boss: Client, bob: Client) -> None:
    assert bob.get(PAGE).status_code == 403
    assert bob.post(f"/sessions/{handle(boss)}/end/").status_code == 403
    assert bob.post("/sessions/unlock/1/").status_code == 403
    own = bob.get(OWN).content.decode()

    assert "198.51.100.7" in own
    assert "alice" not in own


@pytest.mark.usefixtures("alice")
def test_an_admin_ends_own_sessions_in_the_dialog() -> None:
    here, there = sign_in(), sign_in(address="203.0.113.9")
    dialog = here.get(OWN, headers=HTMX).content.decode()
    assert dialog.count(" End<span") == 1

    answer = here.post(f"/sessions/{handle(there)}/end/", {"own": "1"}, headers=HTMX)

    assert "203.0.113.9" not in answer.content.decode()
    assert AdminSession.objects.count() == 1
    third = sign_in()
    answer = here.post(f"/sessions/{handle(third)}/end/", {"own": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, OWN)
    assert here.post("/sessions/unknown/end/").status_code == 404


def test_failed_sign_ins_are_told_with_what_to_do(client: Client, alice: Admin) -> None:
    client.post("/login/", {"username": "alice", "password": "wrong"})
    client.post("/login/", {"username": "alice", "password": PASSWORD})

    page = client.get("/tasks/").content.decode()
    dialog = client.get(OWN).content.decode()

    assert "1 failed sign-in before this one" in page
    assert f'hx-get="{OWN}"' in page
    assert "If that was not you" in dialog
    assert alice.username in dialog


def test_lock_outs_are_listed_and_ended(boss: Client, in_force: InForce) -> None:
    in_force.authentication(failed_attempts=1, failed_attempts_per_address=2)
    visitor = Client()
    for username in ("alice", "<b>nobody</b>"):
        visitor.post("/login/", {"username": username, "password": "x"}, REMOTE_ADDR="192.0.2.66")

    page = boss.get(PAGE).content.decode()
    for words in ("Admin alice", "A user name that nobody has", "Address 192.0.2.66"):
        assert words in page
    assert "an admin unlocks it" in page
    for one in locked_out(datetime.now(UTC)):
        assert boss.post(f"/sessions/unlock/{one.id}/", headers=HTMX).status_code == 200

    assert "No user name and no address is locked out." in boss.get(PAGE).content.decode()
    assert boss.post("/sessions/unlock/1/", headers=HTMX).status_code == 409


def test_the_login_form_says_that_one_is_locked_out(
    client: Client, in_force: InForce, alice: Admin
) -> None:
    in_force.authentication(failed_attempts=1, lockout_time_min=5)
    answer = client.post("/login/", {"username": alice.username, "password": "wrong"})

    assert answer.status_code == 422
    assert (
        "This user name is locked out after too many wrong passwords. Try again in 5 minutes."
        in answer.content.decode()
    )
