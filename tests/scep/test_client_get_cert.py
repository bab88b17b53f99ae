"""GetCert against a CA in memory."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms
from scep.cacert import read_bundle
from scep.errors import (
    EnrollmentRefused,
    NotOurCertificate,
    RecipientUnusable,
    ReplyUnreadable,
)
from scep.messages import Identity
from scep.transcript import StepName
from scep.vocabulary import FailInfo, MessageType
from tests.fakes import FakeCa, drive
from tests.scep import factories
from tests.scep.asking import Questioner
from tests.scep.factories import NOW


@pytest.fixture
def asked(ca: Identity, ca_key: RSAPrivateKey, device_key: RSAPrivateKey) -> Questioner:
    """A device whose certificate is in the CA's store."""
    issuer = ("Test CA", ca_key)
    der = factories.certificate("host.example", device_key, issuer=issuer)
    fake = FakeCa(identity=ca, now=NOW, issued={serial_of(der): der})
    return Questioner(fake, read_bundle(ca.certificate_der), Identity(der, device_key))


def serial_of(der: bytes) -> int:
    return cms.read_certificate(der).serial


@pytest.mark.conformance("C58", "C59", "S22")
def test_a_certificate_is_found_by_its_number(asked: Questioner) -> None:
    wanted = asked.identity.certificate_der

    found = drive(asked.get_cert(serial_of(wanted)), asked.ca.answer)

    assert (found.certificate_der, found.others_der) == (wanted, ())
    assert asked.record.outline == [
        ("GetCert", "passed"),
        ("Verify", "passed"),
        ("Match", "passed"),
    ]
    assert ("Subject", "CN=host.example") in asked.record.steps[-1].details


@pytest.mark.conformance("C58", "D37")
def test_the_issuer_named_is_the_ca_that_issues_and_never_its_ra(
    asked: Questioner, ca: Identity, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    ra = Identity(factories.certificate("RA", ra_key, issuer=("Test CA", ca_key)), ra_key)
    asked.ca.ra = ra
    asked.bundle = read_bundle(cms.write_certificates([ra.certificate_der, ca.certificate_der]))

    request = asked.get_cert().next_request()

    assert request is not None
    sent = asked.ca.read(request)
    assert sent.message_type is MessageType.GET_CERT
    assert sent.certificate is not None
    assert sent.certificate.issuer_der == factories.name("Test CA").public_bytes()


@pytest.mark.conformance("S22")
def test_an_unknown_number_is_refused_with_bad_cert_id(asked: Questioner) -> None:
    with pytest.raises(EnrollmentRefused) as caught:
        drive(asked.get_cert(1), asked.ca.answer)

    assert caught.value.fail_info is FailInfo.BAD_CERT_ID
    assert caught.value.stage is StepName.GET_CERT


def test_each_question_has_a_transaction_of_its_own(asked: Questioner) -> None:
    requests = [asked.get_cert().next_request() for _ in range(2)]

    ids = {asked.ca.read(request).transaction_id for request in requests if request is not None}

    assert len(ids) == 2


@pytest.mark.conformance("C58")
def test_another_certificate_than_the_one_asked_for_is_not_taken(
    asked: Questioner, ca: Identity
) -> None:
    with pytest.raises(NotOurCertificate, match="does not hold the certificate") as caught:
        drive(asked.get_cert(255), lambda sent: asked.answered_with([ca.certificate_der], sent))

    assert ("Asked for", "FF") in caught.value.details
    assert any("CN=Test CA" in text for _, text in caught.value.details)


@pytest.mark.conformance("C58")
def test_a_certificate_that_another_ca_has_signed_is_not_taken(
    asked: Questioner, ra_key: RSAPrivateKey
) -> None:
    stranger = factories.certificate("host.example", ra_key)

    with pytest.raises(NotOurCertificate, match="was not signed by the CA"):
        drive(
            asked.get_cert(serial_of(stranger)),
            lambda sent: asked.answered_with([stranger], sent),
        )


def test_the_chain_may_come_along(asked: Questioner, ca: Identity) -> None:
    wanted = asked.identity.certificate_der

    found = drive(
        asked.get_cert(serial_of(wanted)),
        lambda sent: asked.answered_with([ca.certificate_der, wanted, wanted], sent),
    )

    assert found.others_der == (ca.certificate_der,)


def test_what_is_no_certificate_is_malformed(asked: Questioner) -> None:
    with pytest.raises(ReplyUnreadable) as caught:
        drive(asked.get_cert(), lambda sent: asked.answered_with([b"\x30\x00"], sent))

    assert caught.value.stage is StepName.MATCH


@pytest.mark.conformance("C35")
def test_nothing_is_asked_of_a_ca_that_cannot_decrypt(
    asked: Questioner, ec_key: EllipticCurvePrivateKey
) -> None:
    asked.bundle = read_bundle(factories.authority(ec_key, "EC CA"))

    with pytest.raises(RecipientUnusable, match="encrypted for CN=EC CA") as caught:
        asked.get_cert()
    assert caught.value.stage is StepName.GET_CERT
