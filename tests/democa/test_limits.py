"""How often one address may ask: HTTP status 429, and when to come back."""

import pytest

from django.test import Client

from democa import services
from democa.services import pki_operation
from democa.throttle import Throttle
from scep.client import Issued
from tests.democa.device import PATH, Device, one_time_password

pytestmark = pytest.mark.usefixtures("ca")


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts from zero."""
    monkeypatch.setattr(pki_operation, "_requests", Throttle())
    monkeypatch.setattr(pki_operation, "_refusals", Throttle())


def post_junk(client: Client, address: str = "192.0.2.1") -> int:
    reply = client.post(PATH, b"junk", content_type="text/plain", REMOTE_ADDR=address)
    return reply.status_code


@pytest.mark.conformance("S27")
def test_an_address_that_asks_too_often_is_told_when_to_come_back(device: Device) -> None:
    services.configure(behavior=services.Behavior(requests_per_minute=2))
    for subject in ("CN=fw-01", "CN=fw-02"):
        key_use = device.prepare(one_time_password(), subject=subject)
        device.client.post(PATH, key_use.message_der, content_type="application/x-pki-message")

    reply = device.client.post(PATH, b"anything", content_type="application/x-pki-message")

    assert (reply.status_code, reply["Content-Type"]) == (429, "text/plain")
    assert 0 < int(reply["Retry-After"]) <= 60
    assert b"Come back in" in reply.content
    assert device.client.get(f"{PATH}?operation=GetCACaps").status_code == 200


@pytest.mark.conformance("S27")
def test_an_address_that_was_refused_too_often_has_to_wait_and_others_do_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pki_operation, "REFUSALS_PER_MINUTE", 3)

    assert [post_junk(client) for _ in range(5)] == [400, 400, 400, 429, 429]
    assert post_junk(client, "192.0.2.2") == 400


def test_without_a_limit_whoever_is_granted_may_go_on(
    device: Device, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pki_operation, "REFUSALS_PER_MINUTE", 1)
    prepared = device.prepare(password)

    assert all(isinstance(device.enroll(prepared), Issued) for _ in range(4))
