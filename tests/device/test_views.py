"""The way in and out."""

from datetime import datetime

import pytest

from django.test import Client

from audit import queries as audit
from device import services
from device.models import Admin, DeviceFacts
from domain.actors import Role
from tests.device.conftest import PASSWORD

RIGHT = {"username": "alice", "password": PASSWORD}


@pytest.mark.django_db
@pytest.mark.usefixtures("alice")
def test_a_visitor_is_led_to_the_login_page_and_back(client: Client) -> None:
    asked = client.get("/tasks/")
    assert asked.headers["Location"] == "/login/?next=/tasks/"

    page = client.get(asked.headers["Location"])
    assert b'name="next" value="/tasks/"' in page.content

    answer = client.post("/login/", RIGHT | {"next": "/tasks/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tasks/")
    assert client.get("/tasks/").status_code == 200


@pytest.mark.django_db
def test_the_login_page_names_the_product_and_the_fields(client: Client) -> None:
    page = client.get("/login/").content.decode()

    for words in ("Log In", "Username", "Password", "scepadmin-fw", "SA-VM"):
        assert words in page
    assert "FIPS-CC" not in page


@pytest.mark.django_db
def test_the_login_page_shows_fips_cc(client: Client) -> None:
    DeviceFacts.objects.create(hostname="h", serial="1", model="m", sw_version="1", fips_cc=True)

    assert "FIPS-CC" in client.get("/login/").content.decode()


@pytest.mark.usefixtures("alice")
def test_a_wrong_password_is_refused_at_the_form(client: Client) -> None:
    answer = client.post("/login/", RIGHT | {"password": "wrong"})

    assert answer.status_code == 422
    assert "The user name or the password is wrong." in answer.content.decode()
    assert "wrong" not in answer.content.decode().replace("password is wrong", "")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("alice")
def test_after_a_wrong_password_the_password_has_the_focus(client: Client) -> None:
    page = client.post("/login/", RIGHT | {"password": "wrong"}).content.decode()

    focused = [tag for tag in page.split("<input") if "autofocus" in tag.split(">")[0]]
    assert len(focused) == 1
    assert 'name="password"' in focused[0]


@pytest.mark.django_db
def test_a_session_that_ended_while_a_page_was_open_is_told(client: Client) -> None:
    assert "Your session has ended." in client.get("/login/?next=/tasks/&ended=1").content.decode()
    assert "Your session has ended." not in client.get("/login/").content.decode()


@pytest.mark.django_db
def test_empty_fields_are_reported_at_the_fields(client: Client) -> None:
    answer = client.post("/login/", {})

    assert answer.status_code == 422
    assert answer.content.decode().count("This field is required.") == 2
    assert not audit.events()


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("https://evil.example/", id="another host"),
        pytest.param("//evil.example/", id="another host without scheme"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("/\\evil.example", id="a backslash"),
        pytest.param("", id="nothing"),
    ],
)
@pytest.mark.usefixtures("alice")
def test_a_sign_in_leads_to_no_other_host(client: Client, target: str) -> None:
    answer = client.post("/login/", RIGHT | {"next": target})

    assert answer.headers["Location"] == "/"


def test_a_sign_in_changes_the_session_key_and_the_csrf_token(client: Client, alice: Admin) -> None:
    client.get("/login/")
    session = client.session
    session["a"] = 1
    session.save()
    before = session.session_key

    client.post("/login/", RIGHT)

    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.usefixtures("alice")
def test_signing_in_needs_a_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/login/", RIGHT).status_code == 403


@pytest.mark.usefixtures("alice")
def test_who_has_signed_in_skips_the_login_page(client: Client) -> None:
    client.post("/login/", RIGHT)

    assert client.get("/login/?next=/tasks/").headers["Location"] == "/tasks/"
    assert client.get("/").headers["Location"] == "/dashboard/"


@pytest.mark.usefixtures("alice")
def test_the_second_sign_in_shows_the_first(client: Client) -> None:
    client.post("/login/", RIGHT)
    first = Admin.objects.get().last_login
    client.post("/logout/")

    client.post("/login/", RIGHT)

    assert Admin.objects.get().previous_login_at == first


@pytest.mark.usefixtures("alice")
def test_logging_out_ends_the_session(client: Client) -> None:
    client.post("/login/", RIGHT)

    answer = client.post("/logout/")

    assert answer.headers["Location"] == "/login/"
    assert client.get("/tasks/").headers["Location"] == "/login/?next=/tasks/"
    assert audit.events()[0].kind == "sign-out"


@pytest.mark.usefixtures("alice")
def test_a_link_cannot_log_out(client: Client) -> None:
    client.post("/login/", RIGHT)

    assert client.get("/logout/").status_code == 405
    assert client.get("/tasks/").status_code == 200


@pytest.mark.usefixtures("alice")
def test_a_new_password_ends_other_sessions(client: Client, now: datetime) -> None:
    client.post("/login/", RIGHT)

    services.set_password(username="alice", password="new", at=now)

    assert client.get("/tasks/").headers["Location"] == "/login/?next=/tasks/"


@pytest.mark.django_db
def test_the_login_page_is_not_cached(client: Client) -> None:
    assert "no-store" in client.get("/login/").headers["Cache-Control"]


@pytest.mark.django_db
def test_home_leads_to_a_page_that_the_role_may_read(client: Client, now: datetime) -> None:
    admin = Admin.objects.create(
        username="cleo", role=Role.CUSTOM, permitted=["read-system-log"], created_at=now
    )
    client.force_login(admin)

    assert client.get("/").headers["Location"] == "/monitor/system/"


@pytest.mark.django_db
def test_who_may_read_nothing_is_told_at_home(client: Client, now: datetime) -> None:
    client.force_login(Admin.objects.create(username="cleo", role=Role.CUSTOM, created_at=now))

    answer = client.get("/")

    assert answer.status_code == 403
    assert "Your role shows you no page." in answer.content.decode()
