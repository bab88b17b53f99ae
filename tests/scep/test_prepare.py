"""What is kept before anything is sent."""

import base64
import hashlib
from dataclasses import replace
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding

from pki import names
from pki.csr import CsrSpec, SanKind, SanValue
from pki.csr import Digest as CsrDigest
from scep import cms
from scep.cacert import read_bundle
from scep.capabilities import Minimum, choose, parse
from scep.codec import read_header
from scep.errors import MalformedReply, UnusableRequest
from scep.messages import Identity
from scep.prepare import EnrollmentKey, PreparedRequest, csr_step, prepare, request_of
from scep.transcript import Outcome, StepName
from scep.vocabulary import Cipher, Digest
from tests.fakes import Recording
from tests.scep import factories
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW

STANDARD = choose(parse(b"SCEPStandard"), Minimum.DEFAULT)
NOTHING = choose(parse(b""), Minimum.DEFAULT)


@pytest.mark.conformance("C27", "C29")
def test_a_prepared_request_is_the_message_and_all_it_takes_to_read_the_answer(
    enrollment: Enrollment,
) -> None:
    prepared = enrollment.prepared

    message = cms.read_signed(prepared.message_der)
    header = read_header(message)
    signer = cms.read_certificate(prepared.signer_certificate_der)
    csr = cms.read_csr(prepared.csr_der)
    message.verify([signer])
    assert (header.transaction_id, header.sender_nonce) == (
        prepared.transaction_id,
        prepared.sender_nonce,
    )
    assert (signer.subject_der, signer.spki_der) == (csr.subject_der, csr.spki_der)
    assert (message.digest, len(prepared.sender_nonce)) == (Digest.SHA_256, 16)
    assert cms.read_envelope(message.content).cipher is Cipher.AES_128
    assert request_of(prepared).csr_der == prepared.csr_der


@pytest.mark.conformance("C32")
def test_the_transaction_id_is_the_hash_of_the_public_key(
    enrollment: Enrollment,
) -> None:
    spki = cms.read_csr(enrollment.prepared.csr_der).spki_der

    assert enrollment.prepared.transaction_id == hashlib.sha256(spki).hexdigest()


@pytest.mark.conformance("C32", "D35")
def test_a_key_that_was_used_before_gets_a_new_transaction_each_time(
    enrollment: Enrollment,
) -> None:
    key = replace(enrollment.key, used_before=True)

    ids = {
        prepare(
            csr_der=enrollment.prepared.csr_der,
            key=key,
            bundle=enrollment.bundle,
            algorithms=STANDARD,
            now=NOW,
        ).transaction_id
        for _ in range(3)
    }

    assert len(ids | {enrollment.prepared.transaction_id}) == 4
    assert {len(one) for one in ids} == {64}


@pytest.mark.conformance("C51")
def test_it_survives_being_written_down(enrollment: Enrollment) -> None:
    prepared = enrollment.prepared

    assert PreparedRequest.from_json(prepared.to_json()) == prepared


def test_it_shows_no_secret(enrollment: Enrollment) -> None:
    shown = repr(enrollment.prepared) + repr(enrollment.key)

    assert "csr" not in shown
    assert "RSAPrivateKey" not in shown


@pytest.mark.conformance("C38", "C65")
def test_the_step_tells_what_was_chosen_and_why(enrollment: Enrollment) -> None:
    record = Recording()
    arguments = {
        "csr_der": enrollment.prepared.csr_der,
        "key": enrollment.key,
        "bundle": enrollment.bundle,
        "now": NOW,
        "record": record,
    }

    prepare(algorithms=STANDARD, **arguments)  # type: ignore[arg-type]
    prepare(algorithms=NOTHING, **arguments)  # type: ignore[arg-type]

    strong, weak = record.steps
    assert strong.fact == "The request uses AES-128-CBC and SHA-256, sent by POST."
    assert ("Encrypted to", "CN=Test CA") in strong.details
    assert ("Reason", "POST: the server takes it.") in strong.details
    assert (strong.outcome, weak.outcome) == (Outcome.PASSED, Outcome.WARNED)
    assert weak.fact.startswith("The request uses 3DES-CBC and SHA-1, sent by GET. As GET it has ")
    assert weak.fact.endswith(" characters; IIS takes 2,048.")
    assert weak.hint.startswith("Enable AES and SHA-256 on the server. Let the server take POST")


@pytest.mark.conformance("C38", "D22")
def test_a_long_get_is_a_warning_and_a_long_post_is_none(enrollment: Enrollment) -> None:
    record = Recording()
    arguments = {
        "csr_der": enrollment.prepared.csr_der,
        "key": enrollment.key,
        "bundle": enrollment.bundle,
        "now": NOW,
        "record": record,
    }
    by_get = choose(parse(b"SCEPStandard"), Minimum.STRICT, get=True)

    made = prepare(algorithms=by_get, **arguments)  # type: ignore[arg-type]
    prepare(algorithms=STANDARD, **arguments)  # type: ignore[arg-type]

    long, short = record.steps
    message = quote(base64.b64encode(made.message_der), safe="")
    assert f"{len('operation=PKIOperation&message=' + message):,} characters" in long.fact
    assert (long.outcome, short.outcome) == (Outcome.WARNED, Outcome.PASSED)
    assert long.hint.startswith("Let the server take POST")


@pytest.mark.conformance("C10")
def test_weak_requests_are_signed_with_sha_1_throughout(enrollment: Enrollment) -> None:
    prepared = prepare(
        csr_der=enrollment.prepared.csr_der,
        key=enrollment.key,
        bundle=enrollment.bundle,
        algorithms=NOTHING,
        now=NOW,
    )

    message = cms.read_signed(prepared.message_der)
    signer = cms.read_certificate(prepared.signer_certificate_der)
    assert (message.digest, signer.scheme.digest) == (Digest.SHA_1, Digest.SHA_1)
    assert cms.read_envelope(message.content).cipher is Cipher.DES3
    assert x509.load_der_x509_certificate(prepared.signer_certificate_der).subject


@pytest.mark.conformance("C25", "C65")
def test_the_step_of_the_request_tells_what_is_asked_for_but_not_the_password() -> None:
    bare = CsrSpec(names.parse("CN=fw1"), digest=CsrDigest.SHA384)
    full = replace(
        bare,
        challenge_password="secret",
        digital_signature=True,
        key_encipherment=True,
        san=(SanValue(SanKind.DNS, "fw1.example"),),
    )

    first = csr_step(bare, b"x" * 700, subject="CN=fw1", duration_ms=3)
    second = csr_step(full, b"x" * 1700, subject="CN=fw1")

    assert (first.fact, first.duration_ms) == ("The request for CN=fw1 is signed with SHA-384.", 3)
    assert [text for _, text in first.details] == [
        "CN=fw1",
        "none",
        "none",
        "SHA-384",
        "none",
        "700 bytes",
    ]
    assert dict(second.details)["Key usage"] == "digitalSignature, keyEncipherment"
    assert dict(second.details)["Subject alternative name"] == "dns:fw1.example"
    assert dict(second.details)["Challenge password"] == "included, not shown"
    assert "secret" not in repr(second)


@pytest.mark.parametrize(
    ("csr_der", "words"),
    [
        pytest.param(b"junk", "cannot be sent: The", id="junk"),
        pytest.param(b"", "cannot be sent: The", id="empty"),
    ],
)
def test_what_is_no_request_is_not_sent(enrollment: Enrollment, csr_der: bytes, words: str) -> None:
    with pytest.raises(UnusableRequest, match=words):
        _prepare(enrollment, csr_der=csr_der)


@pytest.mark.conformance("C24")
def test_a_request_for_another_key_is_not_sent(
    enrollment: Enrollment, ra_key: RSAPrivateKey
) -> None:
    with pytest.raises(UnusableRequest, match="made with another key"):
        _prepare(enrollment, csr_der=factories.csr(ra_key))


@pytest.mark.conformance("C24")
def test_a_forged_request_is_not_sent(enrollment: Enrollment, device_key: RSAPrivateKey) -> None:
    forged = factories.csr(device_key, common_name="hosta").replace(b"hosta", b"hostb")

    with pytest.raises(UnusableRequest, match="signature does not verify"):
        _prepare(enrollment, csr_der=forged)


@pytest.mark.conformance("C22")
def test_nothing_is_sent_to_a_server_whose_key_is_out_of_bounds(
    enrollment: Enrollment, ca_key: RSAPrivateKey
) -> None:
    numbers = RSAPublicNumbers(65537, (1 << 9000) + 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(factories.name("Big CA"))
        .issuer_name(factories.name("Big CA"))
        .public_key(numbers.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW)
        .sign(ca_key, hashes.SHA256())
    )
    bundle = read_bundle(certificate.public_bytes(Encoding.DER))

    with pytest.raises(MalformedReply, match="An RSA key of 9001 bits") as caught:
        prepare(
            csr_der=enrollment.prepared.csr_der,
            key=enrollment.key,
            bundle=bundle,
            algorithms=STANDARD,
            now=NOW,
        )

    assert "RSA certificate for SCEP" in caught.value.hint
    assert (caught.value.stage, caught.value.exit_code) == (StepName.ALGORITHMS, 6)


def _prepare(enrollment: Enrollment, *, csr_der: bytes) -> PreparedRequest:
    return prepare(
        csr_der=csr_der,
        key=enrollment.key,
        bundle=enrollment.bundle,
        algorithms=STANDARD,
        now=NOW,
    )


@pytest.mark.conformance("C18", "D15")
def test_a_recipient_in_the_bundle_is_used_instead_of_the_ca(
    ca: Identity, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, enrollment: Enrollment
) -> None:
    encryption = factories.certificate(
        "RA", ra_key, issuer=("Test CA", ca_key), usage=["keyEncipherment"]
    )
    bundle = read_bundle(cms.write_certificates([ca.certificate_der, encryption]))

    prepared = prepare(
        csr_der=enrollment.prepared.csr_der,
        key=EnrollmentKey(enrollment.key.private_key),
        bundle=bundle,
        algorithms=STANDARD,
        now=NOW,
    )

    envelope = cms.read_envelope(cms.read_signed(prepared.message_der).content)
    assert envelope.open([Identity(encryption, ra_key)]).content == prepared.csr_der
