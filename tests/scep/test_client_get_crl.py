"""GetCRL against a CA in memory: what is believed, what is remarked, what is refused."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki.crl import Revocation
from scep.cacert import read_bundle
from scep.capabilities import Minimum
from scep.client import FetchedCrl
from scep.codec import encode_reply, fresh_nonce
from scep.errors import CrlNotTrusted, EnrollmentRefused, ReplyUnreadable, TooWeak
from scep.messages import CertRep, Identity
from scep.transcript import Outcome, StepName
from scep.vocabulary import Cipher, Digest, FailInfo, PkiStatus
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, drive
from tests.scep import factories
from tests.scep.asking import SERIAL, Questioner
from tests.scep.factories import NOW


@pytest.fixture
def asked(ca: Identity, ca_key: RSAPrivateKey, device_key: RSAPrivateKey) -> Questioner:
    """A device that asks about its own certificate."""
    issuer = ("Test CA", ca_key)
    der = factories.certificate("host.example", device_key, issuer=issuer)
    fake = FakeCa(identity=ca, now=NOW, crl=factories.crl(ca_key))
    return Questioner(fake, read_bundle(ca.certificate_der), Identity(der, device_key))


def answering(asked: Questioner, *crls: bytes) -> FetchedCrl:
    """Ask a CA that answers with these CRLs."""

    def answer(request: HttpRequest) -> HttpReply:
        sent = asked.ca.read(request)
        rep = CertRep(
            sent.transaction_id,
            PkiStatus.SUCCESS,
            fresh_nonce(),
            Digest.SHA_256,
            crls=crls,
            cipher=Cipher.AES_128,
        )
        body = encode_reply(
            rep,
            recipient_nonce=sent.sender_nonce,
            recipient_der=sent.signer_certificate_der,
            signer=asked.ca.identity,
        )
        return HttpReply(200, "application/x-pki-message", body)

    return drive(asked.get_crl(), answer)


@pytest.mark.conformance("C59", "S22")
def test_a_certificate_that_is_not_on_the_crl_is_not_revoked(asked: Questioner) -> None:
    found = drive(asked.get_crl(minimum=Minimum.STRICT), asked.ca.answer)

    assert (found.revocation, found.remarks, found.crl.number) == (None, (), 7)
    assert asked.record.outline == [
        ("GetCRL", "passed"),
        ("Verify", "passed"),
        ("Match", "passed"),
    ]
    step = asked.record.steps[-1]
    assert step.fact == "The CRL is signed by the CA. Certificate 4711 is not revoked."
    assert ("Next due", "2026-11-29 12:00:00 UTC") in step.details


@pytest.mark.conformance("C59")
def test_a_revoked_certificate_is_told_with_date_and_reason(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    found = answering(asked, factories.crl(ca_key, serials=[SERIAL]))

    assert found.revocation == Revocation(NOW - timedelta(days=2), "keyCompromise")
    step = asked.record.steps[-1]
    assert (step.outcome, step.name) == (Outcome.WARNED, StepName.MATCH)
    assert "Certificate 4711 was revoked on 2026-11-21 (keyCompromise)." in step.fact


@pytest.mark.conformance("C58", "D37")
def test_it_asks_in_the_name_of_the_ca_that_issues(asked: Questioner) -> None:
    request = asked.get_crl().next_request()

    assert request is not None
    wanted = asked.ca.read(request).certificate
    assert wanted is not None
    assert (wanted.issuer_der, wanted.serial) == (
        factories.name("Test CA").public_bytes(),
        SERIAL,
    )


@pytest.mark.conformance("C59", "D37")
def test_a_server_without_a_crl_refuses(asked: Questioner) -> None:
    asked.ca.crl = b""

    with pytest.raises(EnrollmentRefused) as caught:
        drive(asked.get_crl(), asked.ca.answer)

    assert (caught.value.fail_info, caught.value.stage) == (
        FailInfo.BAD_CERT_ID,
        StepName.GET_CRL,
    )


@pytest.mark.conformance("C59")
@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param((-9, -2), "out of date: the next one was due at 2026-11-21", id="stale"),
        pytest.param((1, 2), "made at 2026-11-24 12:00 UTC, which is yet to come", id="ahead"),
    ],
)
def test_a_crl_out_of_its_time_is_a_warning(
    asked: Questioner, ca_key: RSAPrivateKey, days: tuple[int, int], words: str
) -> None:
    found = answering(asked, factories.crl(ca_key, days=days))

    assert len(found.remarks) == 1
    assert words in found.remarks[0]
    assert asked.record.steps[-1].outcome is Outcome.WARNED


@pytest.mark.conformance("C59")
def test_a_crl_of_another_ca_is_not_trusted(asked: Questioner, ra_key: RSAPrivateKey) -> None:
    for stranger in (factories.crl(ra_key), factories.crl(ra_key, issuer="Other CA")):
        with pytest.raises(CrlNotTrusted, match="not signed by the CA CN=Test CA") as caught:
            answering(asked, stranger)
        assert caught.value.details[0][0] == "Issuer of the CRL"


def test_what_is_no_crl_is_unreadable(asked: Questioner) -> None:
    with pytest.raises(ReplyUnreadable, match="CRL cannot be read"):
        answering(asked, b"\x30\x00")


def test_a_delta_crl_beside_the_complete_one_is_passed_over(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    delta = factories.crl(ca_key, extensions=[(x509.DeltaCRLIndicator(3), True)])
    complete = factories.crl(ca_key, serials=[SERIAL])

    assert answering(asked, delta, complete).revocation is not None
    with pytest.raises(ReplyUnreadable, match="critical extension"):
        answering(asked, delta)


def test_a_broken_entry_is_no_answer(asked: Questioner, ca_key: RSAPrivateKey) -> None:
    reason = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.21"), b"\x0a\x01\x63")
    broken = factories.crl(ca_key, serials=[SERIAL], reason=reason)

    with pytest.raises(ReplyUnreadable, match="entry of the certificate"):
        answering(asked, broken)


@pytest.mark.conformance("C59")
def test_a_crl_signed_with_sha_1_is_a_warning_and_refused_by_strict(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    asked.ca.crl = factories.with_sha_1(factories.crl(ca_key), ca_key)

    found = drive(asked.get_crl(), asked.ca.answer)
    with pytest.raises(TooWeak, match="SHA-1 with RSA, which strict refuses"):
        drive(asked.get_crl(minimum=Minimum.STRICT), asked.ca.answer)

    assert found.remarks == ("It is signed with SHA-1 with RSA, which is weak.",)


def test_a_crl_for_some_certificates_only_is_a_warning(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    point = x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=True,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )

    found = answering(asked, factories.crl(ca_key, extensions=[(point, True)]))

    assert "some certificates of the CA only" in found.remarks[0]


def test_a_ca_whose_key_usage_forbids_crls_is_a_warning(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    usage = ["digitalSignature", "keyEncipherment", "keyCertSign"]
    asked.ca.identity = Identity(factories.authority(ca_key, usage=usage), ca_key)
    asked.bundle = read_bundle(asked.ca.identity.certificate_der)

    found = drive(asked.get_crl(), asked.ca.answer)

    assert found.remarks == ("The key usage of CN=Test CA lacks cRLSign.",)


def test_a_crl_that_does_not_say_when_the_next_is_due_is_a_warning(
    asked: Questioner, ca_key: RSAPrivateKey
) -> None:
    found = answering(asked, factories.without_next_update(factories.crl(ca_key), ca_key))

    assert found.remarks == ("It does not say when the next one is due.",)
    assert ("Next due", "not said") in asked.record.steps[-1].details


@pytest.mark.conformance("C59")
def test_a_crl_of_a_large_ca_comes_through(asked: Questioner, ca_key: RSAPrivateKey) -> None:
    asked.ca.crl = factories.crl(ca_key, serials=range(SERIAL, SERIAL + 3000))

    found = drive(asked.get_crl(), asked.ca.answer)

    assert found.crl.revoked == 3000
    assert found.revocation is not None
