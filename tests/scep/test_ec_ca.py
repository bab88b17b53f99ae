"""A CA whose key cannot decrypt: the challenge password encrypts (RFC 8894 section 3.1)."""

import hashlib
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from scep import cms, server
from scep.cacert import CaBundle, read_bundle
from scep.capabilities import Minimum
from scep.client import Enroll, Issued, Pending, Poll
from scep.cms.signatures import Kind
from scep.codec import Expected, decode_reply
from scep.errors import ChallengeMissing, EnrollmentRefused, NotTrusted
from scep.messages import EcIdentity, Identity
from scep.prepare import PreparedRequest, prepare, request_of
from scep.transcript import StepName
from scep.vocabulary import Digest, FailInfo, KeyTransport, MessageType
from scep.wire import HttpReply, HttpRequest
from tests.fakes import drive
from tests.scep import factories
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW
from tests.scep.test_prepare import STANDARD


@pytest.fixture(scope="session")
def ec_ca(ec_key: EllipticCurvePrivateKey) -> EcIdentity:
    return EcIdentity(factories.authority(ec_key, "EC CA"), ec_key)


@pytest.fixture
def bundle(ec_ca: EcIdentity) -> CaBundle:
    return read_bundle(ec_ca.certificate_der)


@pytest.fixture
def prepared(enrollment: Enrollment, bundle: CaBundle) -> PreparedRequest:
    return prepare(
        csr_der=enrollment.prepared.csr_der,
        key=enrollment.key,
        bundle=bundle,
        algorithms=STANDARD,
        now=NOW,
        record=enrollment.record,
    )


def issue(ca: EcIdentity, csr_der: bytes) -> bytes:
    request = x509.load_der_x509_csr(csr_der)
    builder = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(x509.load_der_x509_certificate(ca.certificate_der).subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW)
    )
    for extension in request.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return builder.sign(ca.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer(ca: EcIdentity, request: HttpRequest, csr_der: bytes, *, approved: bool) -> HttpReply:
    """Answer as a CA does that has three challenges open."""
    passwords = ["a", "b", "secret"]
    try:
        read = server.read_request(request.body, recipients=[], passwords=lambda _: passwords)
    except server.BadRequest as error:
        if error.answerable is None:
            raise
        body = server.certrep_failure(error.answerable, error.fail_info, signer=ca)
        return HttpReply(200, "application/x-pki-message", body)
    body = server.certrep_pending(read, signer=ca)
    if approved:
        body = server.certrep_success(read, issue(ca, csr_der), signer=ca)
    return HttpReply(200, "application/x-pki-message", body)


@pytest.mark.conformance("C35")
def test_an_ec_ca_is_asked_polled_and_believed(
    enrollment: Enrollment, ec_ca: EcIdentity, bundle: CaBundle, prepared: PreparedRequest
) -> None:
    csr_der = prepared.csr_der
    terms = {
        "prepared": prepared,
        "reply_key": enrollment.key.private_key,
        "bundle": bundle,
        "minimum": Minimum.STRICT,
        "now": NOW,
        "record": enrollment.record,
    }

    asked = drive(
        Enroll(**terms),  # type: ignore[arg-type]
        lambda request: answer(ec_ca, request, csr_der, approved=False),
    )
    polled = drive(
        Poll(**terms),  # type: ignore[arg-type]
        lambda request: answer(ec_ca, request, csr_der, approved=True),
    )

    assert isinstance(asked, Pending)
    assert isinstance(polled, Issued)
    assert "secret" not in repr(enrollment.record.steps)
    details = [detail for step in enrollment.record.steps for detail in step.details]
    assert ("Signature", "ECDSA with SHA-256") in details
    assert (
        "Encrypted to",
        "the challenge password: the key of CN=EC CA cannot encrypt",
    ) in details


@pytest.mark.conformance("C35")
@pytest.mark.parametrize("session", [Enroll, Poll])
def test_a_message_that_a_password_opens_is_told_and_not_kept(
    session: type[Enroll | Poll],
    enrollment: Enrollment,
    ec_ca: EcIdentity,
    bundle: CaBundle,
    prepared: PreparedRequest,
) -> None:
    sent: list[bytes] = []

    def answers(request: HttpRequest) -> HttpReply:
        sent.append(request.body)
        return answer(ec_ca, request, prepared.csr_der, approved=True)

    asks = session(
        prepared=prepared,
        reply_key=enrollment.key.private_key,
        bundle=bundle,
        now=NOW,
        record=enrollment.record,
    )
    drive(asks, answers)

    (message,) = sent
    (step,) = [step for step in enrollment.record.steps if step.received]
    assert step.sent == b""
    assert ("Bytes sent", "not kept: the challenge password encrypts them") in step.details
    assert ("SHA-256 sent", hashlib.sha256(message).hexdigest()) in step.details
    assert ("Size sent", f"{len(message):,} bytes") in step.details


@pytest.mark.conformance("C35")
def test_the_certificates_of_an_ec_ca_say_what_a_request_will_take(bundle: CaBundle) -> None:
    assert bundle.remarks == (
        "The key of CN=EC CA cannot encrypt: the challenge password encrypts requests.",
    )


@pytest.mark.conformance("C35")
def test_the_challenge_is_not_readable_in_the_request(prepared: PreparedRequest) -> None:
    envelope = cms.read_envelope(cms.read_signed(prepared.message_der).content)

    assert b"secret" not in prepared.message_der
    assert envelope.recipients == ()
    assert envelope.open([], ["secret"]).transport is KeyTransport.PASSWORD


@pytest.mark.conformance("C35")
def test_without_a_challenge_nothing_is_sent(
    enrollment: Enrollment, bundle: CaBundle, device_key: RSAPrivateKey
) -> None:
    with pytest.raises(ChallengeMissing, match="key of CN=EC CA cannot encrypt") as caught:
        prepare(
            csr_der=factories.csr(device_key),
            key=enrollment.key,
            bundle=bundle,
            algorithms=STANDARD,
            now=NOW,
        )

    assert (caught.value.stage, caught.value.exit_code) == (StepName.ALGORITHMS, 2)
    assert caught.value.hint.startswith("Set a challenge password (RFC 8894 section 3.1)")


@pytest.mark.conformance("C35")
def test_a_challenge_that_is_not_open_is_refused_like_any_undecipherable_message(
    enrollment: Enrollment, ec_ca: EcIdentity, bundle: CaBundle, device_key: RSAPrivateKey
) -> None:
    prepared = prepare(
        csr_der=factories.csr(device_key, challenge="used before"),
        key=enrollment.key,
        bundle=bundle,
        algorithms=STANDARD,
        now=NOW,
    )
    session = Enroll(
        prepared=prepared, reply_key=enrollment.key.private_key, bundle=bundle, now=NOW
    )

    with pytest.raises(EnrollmentRefused) as caught:
        drive(session, lambda request: answer(ec_ca, request, prepared.csr_der, approved=True))

    assert caught.value.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert "wrong, used or expired" in caught.value.hint


@pytest.mark.conformance("C35")
def test_a_reply_signed_with_another_ec_key_is_not_believed(
    enrollment: Enrollment, ec_ca: EcIdentity, bundle: CaBundle, prepared: PreparedRequest
) -> None:
    impostor = EcIdentity(ec_ca.certificate_der, factories.ec_key())
    session = Enroll(
        prepared=prepared, reply_key=enrollment.key.private_key, bundle=bundle, now=NOW
    )

    with pytest.raises(NotTrusted, match="None of the certificates allowed to sign"):
        drive(session, lambda request: answer(impostor, request, prepared.csr_der, approved=True))


@pytest.mark.parametrize("digest", [Digest.SHA_256, Digest.SHA_384, Digest.SHA_512])
def test_ecdsa_signatures_are_written_and_verified(ec_ca: EcIdentity, digest: Digest) -> None:
    certificate = cms.read_certificate(ec_ca.certificate_der)

    message = cms.read_signed(
        cms.sign(b"content", {}, signer=ec_ca, digest=digest, certificates=())
    )

    assert message.verify([certificate]) == certificate
    assert (message.scheme.kind, message.scheme.digest) == (Kind.ECDSA, digest)


def test_the_reply_to_an_ec_client_is_encrypted_with_its_challenge(
    ca: Identity, enrollment: Enrollment, ec_ca: EcIdentity
) -> None:
    prepared = enrollment.prepared
    request = server.read_request(prepared.message_der, recipients=[ca])
    from_ec_client = replace(request, signer_certificate_der=ec_ca.certificate_der)

    body = server.certrep_success(from_ec_client, b"\x30\x00", signer=ca)

    envelope = cms.read_envelope(cms.read_signed(body).content)
    assert request.message_type is MessageType.PKCS_REQ
    assert cms.read_certificates(envelope.open([], ["secret"]).content) == (b"\x30\x00",)


def test_a_reply_for_our_key_needs_no_password(
    ec_ca: EcIdentity, bundle: CaBundle, enrollment: Enrollment, prepared: PreparedRequest
) -> None:
    read = server.read_request(prepared.message_der, recipients=[], passwords=lambda _: ["secret"])
    body = server.certrep_success(read, issue(ec_ca, prepared.csr_der), signer=ec_ca)
    identity = Identity(prepared.signer_certificate_der, enrollment.key.private_key)

    rep = decode_reply(
        body,
        Expected(request_of(prepared), identity, (bundle.ca.certificate,), nonce_required=True),
    )

    assert (rep.key_transport, rep.signature) == (KeyTransport.PKCS1, "ECDSA with SHA-256")
