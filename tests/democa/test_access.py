"""Sign-in to the operator's pages, message by message."""

import base64
from pathlib import Path

import pytest
import spnego

from django.test import Client

from tests.democa.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("ca")

ADMIN = "/CertSrv/mscep_admin/"


@pytest.fixture
def windows() -> Client:
    """A client on one connection."""
    return Client(REMOTE_PORT="50000")


def test_a_windows_sign_in_of_two_messages_opens_the_admin_page(windows: Client) -> None:
    options = spnego.NegotiateOptions.use_negotiate
    device = spnego.client("scep", PASSWORD, protocol="negotiate", options=options)

    first = windows.get(ADMIN, headers={"Authorization": written(device.step())})
    challenge = base64.b64decode(first["WWW-Authenticate"].removeprefix("Negotiate "))
    second = windows.get(ADMIN, headers={"Authorization": written(device.step(challenge))})

    assert (first.status_code, second.status_code) == (401, 200)
    # The end of SPNEGO proves that the server knew the password too.
    device.step(base64.b64decode(second["WWW-Authenticate"].removeprefix("Negotiate ")))
    assert device.complete


def written(message: bytes | None) -> str:
    return f"Negotiate {base64.b64encode(message or b'').decode()}"


@pytest.mark.parametrize("authorization", ["NTLM ===", "NTLM QUJD", "Negotiate"])
def test_messages_that_are_none_sign_in_nobody(windows: Client, authorization: str) -> None:
    assert windows.get(ADMIN, headers={"Authorization": authorization}).status_code == 401


def test_ntlm_without_spnego_ends_without_a_word_from_the_server(windows: Client) -> None:
    options = spnego.NegotiateOptions.use_ntlm
    device = spnego.client("scep", PASSWORD, protocol="ntlm", options=options)
    header = written(device.step())
    first = windows.get(ADMIN, headers={"Authorization": header})
    challenge = base64.b64decode(first["WWW-Authenticate"].removeprefix("Negotiate "))

    second = windows.get(ADMIN, headers={"Authorization": written(device.step(challenge))})

    assert second.status_code == 200
    assert "WWW-Authenticate" not in second


def test_without_its_file_of_users_the_page_offers_no_ntlm(windows: Client, tmp_path: Path) -> None:
    (tmp_path / "ntlm-users").unlink()

    reply = windows.get(ADMIN, headers={"Authorization": "NTLM QUJD"})

    assert [value.split()[0] for name, value in reply.items() if name == "WWW-Authenticate"] == [
        "Basic"
    ]


def test_decisions_are_signed_in_by_basic_alone(windows: Client) -> None:
    reply = windows.post("/requests/1/approve")

    assert reply["WWW-Authenticate"].startswith("Basic ")
    assert [name for name, _ in reply.items()].count("WWW-Authenticate") == 1
