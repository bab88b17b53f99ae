"""The rollover: the next CA is made, announced, enrolled with, and takes over."""

from datetime import UTC, datetime

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509

from django.test import Client

from democa import services
from democa.hierarchy import Authority, Design
from democa.models import AuthorityCertificate, EnrollmentRequest, IssuedCertificate
from democa.services import authority as service
from democa.services import switches
from domain.errors import Refused
from pki import certinfo, chain
from scep import cms
from scep.client import Issued, Pending
from scep.errors import EnrollmentRefused
from scep.messages import GetCert, GetCrl, IssuerAndSerial, Nonce, TransactionId
from scep.prepare import EnrollmentKey
from scep.vocabulary import FailInfo, PkiStatus
from tests import issuing
from tests.democa.conftest import made_successor
from tests.democa.device import PATH, Device, new_device, one_time_password


def make_next() -> None:
    """As services.make_next does, with keys that were made before."""
    service.keep_next(made=made_successor(), generation=2)


def capabilities(client: Client) -> list[str]:
    return client.get(f"{PATH}?operation=GetCACaps").content.decode().split()


def device_of_next(client: Client) -> Device:
    """A device that knows the next CA: in the end it will, so look at it from there."""
    services.take_over()
    device = new_device(client)
    row = switches.read()
    row.generation, row.has_next = 1, True
    row.save()
    return device


def issuer_of(issued: Issued | Pending) -> str:
    assert isinstance(issued, Issued)
    return certinfo.read(issued.certificate_der).issuer


@pytest.mark.conformance("S03", "S23")
def test_the_next_ca_is_announced_as_soon_as_it_is_made(ca: Authority, client: Client) -> None:
    del ca
    assert "GetNextCACert" not in capabilities(client)

    make_next()

    assert "GetNextCACert" in capabilities(client)
    assert client.get(f"{PATH}?operation=GetNextCACert").status_code == 200


@pytest.mark.conformance("S23")
def test_the_next_ca_is_vouched_for_by_the_current_one(ca: Authority, client: Client) -> None:
    make_next()

    reply = client.get(f"{PATH}?operation=GetNextCACert")

    assert reply["Content-Type"] == "application/x-x509-next-ca-cert"
    message = cms.read_signed(reply.content)
    current = cms.read_certificate(ca.root.certificate_der)
    assert message.verify([current]).der == ca.root.certificate_der
    bundle = asn1_cms.ContentInfo.load(message.content)["content"]["certificates"]
    next_ca = made_successor()
    assert next_ca.ras is not None
    assert [item.chosen.dump() for item in bundle] == [
        next_ca.ras.signature.certificate_der,
        next_ca.ras.encryption.certificate_der,
        next_ca.root.certificate_der,
    ]


@pytest.mark.conformance("S23")
def test_without_a_next_ca_the_operation_is_unknown(ca: Authority, client: Client) -> None:
    del ca
    reply = client.get(f"{PATH}?operation=GetNextCACert")

    assert (reply.status_code, reply["Content-Type"]) == (400, "text/plain")
    assert b"GetNextCACert" not in reply.content


def test_before_the_switch_each_ca_issues_to_whoever_encrypts_to_it(
    device: Device, client: Client
) -> None:
    make_next()
    early = device_of_next(client)

    to_current = device.enroll(device.prepare(one_time_password(), subject="CN=fw-01"))
    early.key = EnrollmentKey(issuing.rsa_key("early"))
    to_next = early.enroll(early.prepare(one_time_password(), subject="CN=fw-02"))

    assert issuer_of(to_current) == "CN=scepadmin Demo Root CA"
    assert issuer_of(to_next) == "CN=scepadmin Demo Root CA 2"


def test_after_the_switch_the_new_ca_is_given_out_and_nothing_is_announced(
    ca: Authority, client: Client
) -> None:
    del ca
    make_next()
    services.take_over()

    bundle = new_device(client).ca.bundle
    assert bundle.ca.der == made_successor().root.certificate_der
    assert "GetNextCACert" not in capabilities(client)
    assert client.get(f"{PATH}?operation=GetNextCACert").status_code == 400


def test_after_the_switch_the_old_ca_refuses_new_requests_and_says_what_to_do(
    device: Device, password: str
) -> None:
    make_next()
    services.take_over()

    with pytest.raises(EnrollmentRefused) as refused:
        device.enroll(device.prepare(password))

    assert refused.value.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert "GetCACert" in refused.value.fail_info_text
    assert not IssuedCertificate.objects.exists()


def test_old_certificates_stay_good_and_are_renewed_by_the_new_ca(
    ca: Authority, device: Device, password: str, client: Client
) -> None:
    old = device.enroll(device.prepare(password))
    assert isinstance(old, Issued)
    make_next()
    services.take_over()
    later = new_device(client)

    renewed = later.enroll(later.prepare_renewal(old))

    assert isinstance(renewed, Issued)
    chain.verify_issued(old.certificate_der, ca.root.certificate_der)
    chain.verify_issued(renewed.certificate_der, made_successor().root.certificate_der)


def test_what_was_asked_before_the_switch_is_still_answered_by_the_ca_that_was_asked(
    ca: Authority, device: Device, password: str
) -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=True))
    prepared = device.prepare(password)
    assert isinstance(device.enroll(prepared), Pending)
    make_next()
    services.take_over()
    services.approve(request_id=EnrollmentRequest.objects.get().pk, at=device.now)

    issued = device.poll(prepared)

    assert isinstance(issued, Issued)
    chain.verify_issued(issued.certificate_der, ca.root.certificate_der)
    assert device.enroll(prepared) == issued


@pytest.mark.conformance("S22")
def test_each_ca_has_a_crl_of_its_own(device: Device, password: str, client: Client) -> None:
    issued = device.enroll(device.prepare(password))
    assert isinstance(issued, Issued)
    make_next()
    services.take_over()
    certificate = IssuedCertificate.objects.get()
    services.revoke(certificate_id=certificate.pk, at=datetime.now(UTC))
    facts = certinfo.read(issued.certificate_der)
    named = IssuerAndSerial(facts.issuer_der, int(facts.serial_hex, 16))

    rep = new_device(client).ask(GetCrl(TransactionId("T"), Nonce(b"n" * 16), named))
    found = new_device(client).ask(GetCert(TransactionId("T"), Nonce(b"n" * 16), named))

    assert len(x509.load_der_x509_crl(rep.crls[0])) == 1
    assert found.status is PkiStatus.SUCCESS
    assert len(x509.load_der_x509_crl(client.get("/ca/2.crl").content)) == 0


@pytest.mark.django_db
def test_the_steps_are_taken_in_their_order(ca: Authority, now: datetime) -> None:
    del ca
    with pytest.raises(Refused, match="no next CA"):
        services.take_over()
    services.make_next(at=now, design=Design.RSA)

    with pytest.raises(Refused, match="there already"):
        services.make_next(at=now, design=Design.RSA)

    assert AuthorityCertificate.objects.filter(generation=2).count() == 3
    assert service.load(2).design is Design.RSA


def test_a_restart_loads_all_of_them(ca: Authority, now: datetime) -> None:
    del ca
    make_next()

    service.initialise(at=now)

    assert service.load(2).root.certificate_der == made_successor().root.certificate_der
