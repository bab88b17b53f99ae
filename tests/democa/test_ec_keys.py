"""A CA with EC keys: requests are encrypted with the challenge (RFC 8894 section 3.1, ADR 0025)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from django.test import Client

from democa import queries, services
from democa.hierarchy import Authority, Design
from democa.models import EnrollmentRequest, OneTimePassword
from democa.services import authority as service
from democa.services import passwords, pki_operation, switches
from democa.throttle import Throttle
from pki import chain
from scep.client import Issued, Pending
from scep.errors import ChallengeMissing, EnrollmentRefused
from scep.messages import TransactionId
from scep.prepare import EnrollmentKey
from scep.vocabulary import FailInfo
from tests import issuing
from tests.democa.conftest import made_authority
from tests.democa.device import PATH, Device, new_device, one_time_password
from tests.democa.test_buttons import Header

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("authority", [Design.EC], indirect=True),
]


@pytest.fixture
def another(device: Device) -> Device:
    """A device with another key."""
    return replace(device, key=EnrollmentKey(issuing.rsa_key("another device")))


@pytest.mark.conformance("C35")
def test_a_device_enrolls(ca: Authority, device: Device, password: str) -> None:
    issued = device.enroll(device.prepare(password))

    assert isinstance(issued, Issued)
    chain.verify_issued(issued.certificate_der, ca.issuing.certificate_der)


@pytest.mark.conformance("C35")
def test_without_a_challenge_the_client_refuses_to_ask(device: Device) -> None:
    with pytest.raises(ChallengeMissing, match="cannot encrypt"):
        device.prepare("")


@pytest.mark.conformance("C35", "S13")
def test_a_password_is_good_once(device: Device, another: Device, password: str) -> None:
    device.enroll(device.prepare(password))

    with pytest.raises(EnrollmentRefused) as refused:
        another.enroll(another.prepare(password, subject="CN=fw-02"))

    assert refused.value.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert EnrollmentRequest.objects.count() == 1


@pytest.mark.conformance("C35", "S24")
def test_a_wrong_password_is_a_message_that_cannot_be_decrypted(
    device: Device, password: str
) -> None:
    with pytest.raises(EnrollmentRefused) as refused:
        device.enroll(device.prepare("0123456789ABCDEF"))

    assert refused.value.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert isinstance(device.enroll(device.prepare(password)), Issued)


@pytest.mark.conformance("C35", "S27")
def test_whoever_makes_it_try_passwords_in_vain_has_to_wait_soon(
    client: Client,
    ca: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del ca
    monkeypatch.setattr(pki_operation, "_refusals", Throttle())
    most = pki_operation.REFUSALS_PER_MINUTE // pki_operation.TRIAL_COUNTS

    codes = [
        client.post(PATH, b"junk", content_type="text/plain", REMOTE_ADDR="192.0.2.9").status_code
        for _ in range(most + 1)
    ]

    assert codes == [400] * most + [429]


@pytest.mark.conformance("S19")
def test_a_reply_that_was_lost_is_given_again(device: Device, password: str) -> None:
    prepared = device.prepare(password)
    first, second = device.enroll(prepared), device.enroll(prepared)

    assert isinstance(first, Issued)
    assert isinstance(second, Issued)
    assert first.certificate_der == second.certificate_der


def test_a_held_request_is_polled_with_its_password(device: Device, password: str) -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=True))
    prepared = device.prepare(password)
    assert isinstance(device.enroll(prepared), Pending)
    # Many days later: what is remembered of the password itself has been deleted.
    OneTimePassword.objects.all().delete()
    assert isinstance(device.poll(prepared), Pending)

    services.approve(request_id=EnrollmentRequest.objects.get().pk, at=datetime.now(UTC))

    assert isinstance(device.poll(prepared), Issued)


def test_a_renewal_uses_its_password_up(device: Device, password: str) -> None:
    current = device.enroll(device.prepare(password))
    assert isinstance(current, Issued)
    fresh = one_time_password()

    renewed = device.enroll(device.prepare_renewal(current, challenge=fresh))

    assert isinstance(renewed, Issued)
    assert not OneTimePassword.objects.filter(used_at=None).exists()
    with pytest.raises(ChallengeMissing):
        device.prepare_renewal(current)


def test_the_password_is_kept_sealed_and_only_while_it_is_open(
    ca: Authority, device: Device, password: str
) -> None:
    del ca
    row = OneTimePassword.objects.get()
    assert row.sealed
    assert password.encode() not in bytes(row.sealed)

    device.enroll(device.prepare(password))

    row.refresh_from_db()
    assert bytes(row.sealed) == b""
    assert password.encode() not in bytes(EnrollmentRequest.objects.get().challenge_sealed)


def test_an_expired_password_is_not_kept(password: str) -> None:
    del password
    services.issue_password(at=datetime.now(UTC) + timedelta(minutes=61))

    assert [bool(row.sealed) for row in OneTimePassword.objects.order_by("pk")] == [False, True]


def test_whatever_is_open_is_tried(ca: Authority, client: Client, basic: Header) -> None:
    del ca
    services.configure(behavior=services.Behavior(password_max=1000))
    first = one_time_password()
    for _ in range(queries.TRIED_MAX - 1):
        one_time_password()

    page = client.get("/CertSrv/mscep_admin/", headers=basic()).content.decode("utf-16-le")
    device = new_device(client)
    issued = device.enroll(device.prepare(first))

    assert "every open password is tried" in page
    assert "16 one-time passwords are open" in page
    assert isinstance(issued, Issued)


def test_a_password_whose_seal_was_lost_opens_nothing(
    device: Device, password: str, tmp_path: Path
) -> None:
    prepared = device.prepare(password)
    (tmp_path / "challenge-seal").unlink()

    with pytest.raises(EnrollmentRefused):
        device.enroll(prepared)
    assert passwords.to_try(TransactionId(prepared.transaction_id), at=datetime.now(UTC)) == []


def test_an_rsa_ca_takes_over_and_keeps_no_password(ca: Authority, device: Device) -> None:
    del ca
    assert queries.tries_passwords(switches.read())
    service.keep_next(made=made_authority(Design.RSA_TWO_TIER), generation=2)
    services.take_over()

    password = one_time_password()

    assert not queries.tries_passwords(switches.read())
    assert not OneTimePassword.objects.get().sealed
    newer = new_device(device.client)
    assert isinstance(newer.enroll(newer.prepare(password)), Issued)
