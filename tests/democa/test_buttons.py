"""The buttons and forms of the demo CA's own page: for its operator, without JavaScript."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from django.test import Client

from democa import services
from democa.models import IssuedCertificate, OneTimePassword, Switches
from pki import bundle
from tests.democa.conftest import made_successor
from tests.democa.rows import certificate, held_request

pytestmark = pytest.mark.usefixtures("ca")

Header = Callable[..., dict[str, str]]


@pytest.mark.parametrize(("decision", "state"), [("approve", "issued"), ("reject", "rejected")])
def test_the_operator_decides_on_a_held_request(
    basic: Header, now: datetime, decision: str, state: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    request = held_request(now)
    page = client.get("/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None

    reply = client.post(
        f"/requests/{request.pk}/{decision}",
        {"csrfmiddlewaretoken": token[1]},
        headers=basic(),
    )

    assert (reply.status_code, reply["Location"]) == (302, "/")
    request.refresh_from_db()
    assert request.state == state


def test_nobody_else_decides(client: Client, now: datetime) -> None:
    request = held_request(now)

    assert client.post(f"/requests/{request.pk}/approve").status_code == 401
    request.refresh_from_db()
    assert request.state == "held"


def test_a_form_from_elsewhere_decides_nothing(basic: Header, now: datetime) -> None:
    request = held_request(now)

    reply = Client(enforce_csrf_checks=True).post(
        f"/requests/{request.pk}/approve", headers=basic()
    )

    assert (reply.status_code, reply["Content-Type"]) == (403, "text/plain")
    request.refresh_from_db()
    assert request.state == "held"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_that_comes_too_late_says_so(
    client: Client, basic: Header, decision: str
) -> None:
    reply = client.post(f"/requests/999/{decision}", headers=basic())

    assert (reply.status_code, reply["Content-Type"]) == (409, "text/plain")


BUTTONS = [
    "/certificates/1/revoke",
    "/ca/make-next",
    "/ca/take-over",
    "/ca/root",
    "/passwords",
    "/requests/1/approve",
]


@pytest.mark.parametrize("path", BUTTONS)
def test_no_button_works_without_the_operators_password(client: Client, path: str) -> None:
    assert client.post(path).status_code == 401


@pytest.mark.parametrize("path", BUTTONS)
def test_no_button_works_from_another_page(basic: Header, path: str) -> None:
    reply = Client(enforce_csrf_checks=True).post(path, headers=basic())

    assert (reply.status_code, reply["Content-Type"]) == (403, "text/plain")


@pytest.mark.parametrize("path", BUTTONS)
def test_a_button_is_no_link(client: Client, basic: Header, path: str) -> None:
    assert client.get(path, headers=basic()).status_code == 405


def test_the_operator_revokes_a_certificate(client: Client, basic: Header, now: datetime) -> None:
    row = certificate(now, not_after=datetime.now(UTC) + timedelta(days=1))
    assert f'action="/certificates/{row.pk}/revoke"' in client.get("/").content.decode()

    reply = client.post(f"/certificates/{row.pk}/revoke", headers=basic())

    assert (reply.status_code, reply["Location"]) == (302, "/")
    page = client.get("/").content.decode()
    assert IssuedCertificate.objects.get().revoked_at is not None
    assert '<span class="pill revoked">revoked</span>' in page
    assert f'action="/certificates/{row.pk}/revoke"' not in page
    assert client.post(f"/certificates/{row.pk}/revoke", headers=basic()).status_code == 409


def test_what_has_expired_needs_no_revocation(client: Client, now: datetime) -> None:
    row = certificate(now, not_after=datetime.now(UTC) - timedelta(days=1))

    page = client.get("/").content.decode()

    assert '<span class="pill expired">expired</span>' in page
    assert f'action="/certificates/{row.pk}/revoke"' not in page


def test_the_operator_rolls_over_in_two_steps(client: Client, basic: Header) -> None:
    assert "Make the next CA" in client.get("/").content.decode()

    client.post("/ca/make-next", headers=basic())
    announced = client.get("/").content.decode()
    assert "announced as next" in announced
    assert "Let the next CA take over" in announced

    client.post("/ca/take-over", headers=basic())
    page = client.get("/").content.decode()
    assert "<h1>scepadmin Demo Root CA 2</h1>" in page
    assert "handed over" in page
    assert Switches.objects.get().generation == 2


def test_the_next_ca_may_be_of_another_design(client: Client, basic: Header) -> None:
    client.post("/ca/make-next", {"design": "nonsense"}, headers=basic())
    assert not Switches.objects.get().has_next

    client.post("/ca/make-next", {"design": "ec"}, headers=basic())

    page = client.get("/").content.decode()
    assert "EC P-256, a root that issues, no RA" in page
    assert "they encrypt the requests" in page


def test_a_step_out_of_order_says_so(client: Client, basic: Header) -> None:
    reply = client.post("/ca/take-over", headers=basic())

    assert (reply.status_code, reply["Content-Type"]) == (409, "text/plain")


def test_the_certificate_of_each_ca_can_be_downloaded(client: Client) -> None:
    services.keep_next(made=made_successor(), generation=2)

    reply = client.get("/ca/2.pem")

    assert bundle.from_pem(reply.content) == (made_successor().root.certificate_der,)
    assert client.get("/ca/3.pem").status_code == 404


def test_the_operator_makes_a_password_for_one_subject(client: Client, basic: Header) -> None:
    typed = {"subject": "CN=fw-01,O=Example", "names": "dns:fw.example.com"}

    reply = client.post("/passwords", typed, headers=basic())

    page = reply.content.decode()
    shown = re.search(r"password is: <b> ([0-9A-F]{16}) </b>", page)
    row = OneTimePassword.objects.get()
    assert shown is not None
    assert (row.subject, row.alternative_names) == ("CN=fw-01,O=Example", "DNS:fw.example.com")
    assert "no-store" in reply["Cache-Control"]
    overview = client.get("/").content.decode()
    assert "<code>CN=fw-01,O=Example</code> <code>DNS:fw.example.com</code>" in overview
    assert shown[1] not in overview


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"subject": "fw-01"}, "attribute=value"),
        ({"subject": ""}, "This field is required."),
        ({"subject": "CN=fw-01", "names": "fw.example.com"}, "has no kind"),
    ],
)
def test_what_is_not_understood_is_told_at_its_field_and_kept(
    client: Client, basic: Header, typed: dict[str, str], words: str
) -> None:
    reply = client.post("/passwords", typed, headers=basic())

    page = reply.content.decode()
    assert reply.status_code == 422
    assert words in page
    assert f'value="{typed["subject"]}"' in page or not typed["subject"]
    assert not OneTimePassword.objects.exists()


def test_when_too_many_passwords_are_open_the_form_says_so(client: Client, basic: Header) -> None:
    services.configure(behavior=services.Behavior(password_max=0))

    reply = client.post("/passwords", {"subject": "CN=fw-01"}, headers=basic())

    assert "As many one-time passwords are open as are allowed." in reply.content.decode()
