"""Renewal: a certificate of this CA in place of a password, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from democa import services
from democa.models import EnrollmentRequest, IssuedCertificate
from pki import certinfo, csr, names
from pki.csr import CsrSpec
from pki.san import SanKind, SanValue
from scep.client import Issued
from scep.errors import EnrollmentRefused
from scep.messages import Identity, Nonce, RenewalReq, TransactionId
from scep.prepare import PreparedRequest, Renewal, prepare_renewal
from scep.vocabulary import FailInfo, MessageType
from tests import issuing
from tests.democa.device import Device, one_time_password

BOTH_KINDS = pytest.mark.parametrize(
    "kind", [MessageType.RENEWAL_REQ, MessageType.PKCS_REQ], ids=["type 17", "type 19, as sscep"]
)
DNS = (SanValue(SanKind.DNS, "fw.example.com"),)


@pytest.fixture
def current(device: Device, password: str) -> Issued:
    """The certificate that is to be renewed."""
    issued = device.enroll(device.prepare(password, san=DNS))
    assert isinstance(issued, Issued)
    return issued


def refusal(device: Device, prepared: PreparedRequest) -> EnrollmentRefused:
    with pytest.raises(EnrollmentRefused) as refused:
        device.enroll(prepared)
    assert IssuedCertificate.objects.count() <= 1
    return refused.value


@pytest.mark.conformance("S15", "D35", "D36")
@BOTH_KINDS
def test_a_valid_certificate_is_renewed_without_a_password(
    device: Device, current: Issued, kind: MessageType
) -> None:
    renewed = device.enroll(device.prepare_renewal(current, san=DNS, message_type=kind))

    assert isinstance(renewed, Issued)
    old, new = certinfo.read(current.certificate_der), certinfo.read(renewed.certificate_der)
    assert (new.subject, new.san) == (old.subject, old.san)
    assert new.public_key_der != old.public_key_der
    assert EnrollmentRequest.objects.latest("pk").renews == IssuedCertificate.objects.earliest("pk")


def test_a_renewal_with_the_same_key_and_transaction_id_is_not_taken_for_a_repetition(
    device: Device, current: Issued
) -> None:
    first = EnrollmentRequest.objects.get()
    csr_der = csr.build(CsrSpec(names.parse("CN=fw-01")), device.key.private_key)
    signer = Identity(current.certificate_der, device.key.private_key)
    renewal = Renewal(signer, device.key)
    prepared = prepare_renewal(
        csr_der=csr_der,
        renewal=renewal,
        bundle=device.ca.bundle,
        algorithms=device.prepare("").algorithms,
        now=device.now,
    )
    transaction_id, nonce = TransactionId(first.transaction_id), Nonce(prepared.sender_nonce)
    request = RenewalReq(transaction_id, nonce, csr_der)

    rep = device.ask(request, signer=signer)

    assert len(rep.certificates) == 1
    assert certinfo.read(rep.certificates[0]).serial_hex != first.certificate.serial_hex
    assert set(EnrollmentRequest.objects.values_list("transaction_id", flat=True)) == {
        first.transaction_id
    }


def test_a_lost_answer_to_a_renewal_is_given_again(device: Device, current: Issued) -> None:
    prepared = device.prepare_renewal(current)

    assert device.enroll(prepared) == device.enroll(prepared)
    assert IssuedCertificate.objects.count() == 2


def test_a_renewal_waits_for_approval_like_any_other_request(
    device: Device, current: Issued
) -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=True))
    prepared = device.prepare_renewal(current)
    device.enroll(prepared)
    services.approve(request_id=EnrollmentRequest.objects.latest("pk").pk, at=device.now)

    assert isinstance(device.poll(prepared), Issued)


@pytest.mark.conformance("S14", "S15")
@BOTH_KINDS
def test_a_certificate_that_another_ca_issued_under_our_name_renews_nothing(
    device: Device, kind: MessageType
) -> None:
    impostor = issuing.issue(issuing.Wanted("scepadmin Demo Root CA", ca=True))
    forged = issuing.issue(issuing.Wanted("fw-01", key=device.key.private_key), impostor)

    refused = refusal(device, device.prepare_renewal(Issued(forged.der), message_type=kind))

    asked = kind is MessageType.RENEWAL_REQ
    assert refused.fail_info is (FailInfo.BAD_CERT_ID if asked else FailInfo.BAD_REQUEST)


@pytest.mark.conformance("S15")
@BOTH_KINDS
def test_a_revoked_certificate_is_not_renewed(
    device: Device, current: Issued, kind: MessageType
) -> None:
    certificate = IssuedCertificate.objects.get()
    services.revoke(certificate_id=certificate.pk, at=device.now)

    refused = refusal(device, device.prepare_renewal(current, message_type=kind))

    assert refused.fail_info is FailInfo.BAD_REQUEST
    assert "has been revoked" in refused.fail_info_text


@pytest.mark.conformance("S15")
def test_an_expired_certificate_is_not_renewed(device: Device, current: Issued) -> None:
    IssuedCertificate.objects.update(not_after=device.now - timedelta(seconds=1))

    assert "has expired" in refusal(device, device.prepare_renewal(current)).fail_info_text


@pytest.mark.conformance("S15")
@pytest.mark.parametrize(
    ("subject", "san"),
    [("CN=fw-02", ()), ("CN=fw-01", (*DNS, SanValue(SanKind.DNS, "admin.example.com")))],
    ids=["another subject", "one more name"],
)
def test_a_renewal_is_for_the_same_holder(
    device: Device, current: Issued, subject: str, san: tuple[SanValue, ...]
) -> None:
    refused = refusal(device, device.prepare_renewal(current, subject=subject, san=san))

    assert refused.fail_info is FailInfo.BAD_REQUEST
    assert "keeps the subject" in refused.fail_info_text


def test_a_renewal_may_drop_a_name(device: Device, current: Issued) -> None:
    assert isinstance(device.enroll(device.prepare_renewal(current)), Issued)


@pytest.mark.conformance("S15")
def test_certificates_are_renewed_in_their_last_days_only_where_the_operator_says_so(
    device: Device, current: Issued
) -> None:
    services.configure(behavior=services.Behavior(renewal_days=30))
    prepared = device.prepare_renewal(current)
    assert "can be renewed from" in refusal(device, prepared).fail_info_text

    IssuedCertificate.objects.update(not_after=device.now + timedelta(days=29))

    assert isinstance(device.enroll(prepared), Issued)


def test_a_password_that_was_used_does_no_harm_where_the_old_certificate_signs(
    device: Device, current: Issued, password: str
) -> None:
    # certmonger renews so.
    prepared = device.prepare_renewal(
        current, challenge=password, message_type=MessageType.PKCS_REQ
    )

    assert isinstance(device.enroll(prepared), Issued)


def test_with_a_new_password_a_signer_may_ask_for_another_subject(
    device: Device, current: Issued
) -> None:
    prepared = device.prepare_renewal(
        current,
        subject="CN=fw-02",
        challenge=one_time_password(),
        message_type=MessageType.PKCS_REQ,
    )

    assert isinstance(device.enroll(prepared), Issued)
    assert EnrollmentRequest.objects.latest("pk").renews is None


def test_neither_a_used_password_nor_a_revoked_certificate_gets_anything(
    device: Device, current: Issued, password: str
) -> None:
    services.revoke(certificate_id=IssuedCertificate.objects.get().pk, at=device.now)

    prepared = device.prepare_renewal(
        current, challenge=password, message_type=MessageType.PKCS_REQ
    )

    assert "has been revoked" in refusal(device, prepared).fail_info_text


def test_a_renewal_signed_with_another_key_is_no_renewal(device: Device, current: Issued) -> None:
    prepared = device.prepare_renewal(current)
    forged = bytearray(prepared.message_der)
    forged[-1] ^= 1

    refused = refusal(device, replace(prepared, message_der=bytes(forged)))

    assert refused.fail_info is FailInfo.BAD_MESSAGE_CHECK
