"""GetCert, GetCRL and revocation."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from django.test import Client

from democa import services
from democa.hierarchy import Authority
from democa.models import IssuedCertificate
from domain.errors import NotFound
from pki import certinfo
from scep.client import Issued
from scep.messages import (
    CertRep,
    GetCert,
    GetCrl,
    IssuerAndSerial,
    Nonce,
    TransactionId,
)
from scep.vocabulary import FailInfo, PkiStatus
from tests.democa.device import Device

ID, NONCE = TransactionId("lookup"), Nonce(b"n" * 16)
OTHER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Other CA")]).public_bytes()


@pytest.fixture
def issued(device: Device, password: str) -> bytes:
    """A certificate that was issued."""
    result = device.enroll(device.prepare(password))
    assert isinstance(result, Issued)
    return result.certificate_der


def named(certificate_der: bytes) -> IssuerAndSerial:
    facts = certinfo.read(certificate_der)
    return IssuerAndSerial(facts.issuer_der, int(facts.serial_hex, 16))


def assert_unknown(rep: CertRep) -> None:
    assert rep.status is PkiStatus.FAILURE
    assert rep.reason is not None
    assert rep.reason.fail_info is FailInfo.BAD_CERT_ID


@pytest.mark.conformance("S22")
def test_get_cert_gives_a_certificate_that_was_issued(device: Device, issued: bytes) -> None:
    rep = device.ask(GetCert(ID, NONCE, named(issued)))

    assert (rep.status, rep.certificates) == (PkiStatus.SUCCESS, (issued,))


@pytest.mark.conformance("S22", "D37")
def test_get_cert_for_an_unknown_number_or_issuer_is_bad_cert_id(
    device: Device, issued: bytes
) -> None:
    known = named(issued)

    assert_unknown(device.ask(GetCert(ID, NONCE, IssuerAndSerial(known.issuer_der, 4711))))
    assert_unknown(device.ask(GetCert(ID, NONCE, IssuerAndSerial(OTHER, known.serial))))


@pytest.mark.conformance("S22")
def test_get_crl_gives_the_crl_alone_with_what_was_revoked(
    ca: Authority, device: Device, issued: bytes
) -> None:
    services.revoke(certificate_id=IssuedCertificate.objects.get().pk, at=datetime.now(UTC))

    rep = device.ask(GetCrl(ID, NONCE, named(issued)))

    [crl_der] = rep.crls
    crl = x509.load_der_x509_crl(crl_der)
    assert rep.certificates == ()
    assert crl.is_signature_valid(ca.root.private_key.public_key())
    assert [entry.serial_number for entry in crl] == [named(issued).serial]


@pytest.mark.conformance("S22", "D37")
def test_get_crl_that_names_no_ca_of_ours_is_bad_cert_id(device: Device) -> None:
    assert_unknown(device.ask(GetCrl(ID, NONCE, IssuerAndSerial(OTHER, 1))))


def test_a_certificate_is_revoked_once(issued: bytes, now: datetime) -> None:
    del issued
    certificate_id = IssuedCertificate.objects.get().pk
    services.revoke(certificate_id=certificate_id, at=now)

    with pytest.raises(NotFound, match="revoked already"):
        services.revoke(certificate_id=certificate_id, at=now)


def test_the_crl_can_be_downloaded_and_forgets_what_has_expired(
    client: Client, issued: bytes, now: datetime
) -> None:
    del issued
    certificate = IssuedCertificate.objects.get()
    services.revoke(certificate_id=certificate.pk, at=now)

    reply = client.get("/ca/1.crl")
    assert reply["Content-Type"] == "application/pkix-crl"
    assert len(x509.load_der_x509_crl(reply.content)) == 1

    IssuedCertificate.objects.update(not_after=datetime.now(UTC) - timedelta(seconds=1))
    assert len(x509.load_der_x509_crl(client.get("/ca/1.crl").content)) == 0


def test_there_is_no_crl_of_a_ca_that_is_not_there(client: Client, ca: Authority) -> None:
    del ca
    reply = client.get("/ca/7.crl")

    assert (reply.status_code, reply["Content-Type"]) == (404, "text/plain")
