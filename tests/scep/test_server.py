"""The server half: what it takes, what it answers, and what it never tells."""

import base64
import contextlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from hypothesis import given
from hypothesis import strategies as st

from pki import der
from scep import cms, server
from scep.codec import Expected, decode_reply, encode_request, read_header
from scep.errors import FailureReason
from scep.messages import Identity, Nonce, PkcsReq, TransactionId
from scep.server import Answerable, BadRequest, ServerRequest
from scep.vocabulary import (
    Capability,
    Cipher,
    Digest,
    FailInfo,
    KeyTransport,
    MessageType,
    Oid,
    PkiStatus,
)
from tests.scep import factories
from tests.scep.factories import NOW
from tests.scep.test_cms_signed import attribute, attributes_for, message

TRANSACTION = TransactionId("id-1")
NONCE = Nonce(b"n" * 16)


@pytest.fixture
def device(device_key: RSAPrivateKey) -> Identity:
    return Identity(factories.certificate("device", device_key), device_key)


def request_body(
    ca: Identity,
    device: Identity,
    *,
    csr_der: bytes | None = None,
    cipher: Cipher = Cipher.AES_128,
    digest: Digest = Digest.SHA_256,
) -> bytes:
    content = csr_der
    if content is None:
        content = factories.csr(device.private_key, challenge="secret")
    return encode_request(
        PkcsReq(TRANSACTION, NONCE, content),
        signer=device,
        recipient_der=ca.certificate_der,
        cipher=cipher,
        digest=digest,
        now=NOW,
    )


def scep_message(
    device: Identity, *, message_type: bytes | None = None, content: bytes = b"x", **kwargs: object
) -> bytes:
    """Write a request with a message type and a content of any kind."""
    attributes = attributes_for(
        content,
        attribute(Oid.TRANSACTION_ID, der.text(TRANSACTION)),
        attribute(Oid.SENDER_NONCE, der.octet_string(NONCE)),
        attribute(Oid.MESSAGE_TYPE, message_type or der.text("19")),
    )
    return message(device, attributes, content=content, **kwargs)  # type: ignore[arg-type]


def refused(body: bytes, ca: Identity) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        server.read_request(body, recipients=[ca])
    return caught.value


@pytest.mark.conformance("S12")
def test_a_request_is_read_with_all_that_policy_needs(ca: Identity, device: Identity) -> None:
    csr_der = factories.csr(device.private_key, challenge="secret")

    request = server.read_request(
        request_body(ca, device, csr_der=csr_der, cipher=Cipher.DES3, digest=Digest.SHA_1),
        recipients=[ca],
    )

    assert request == ServerRequest(
        transaction_id=TRANSACTION,
        sender_nonce=NONCE,
        request_digest=Digest.SHA_1,
        message_type=MessageType.PKCS_REQ,
        signer_certificate_der=device.certificate_der,
        request_cipher=Cipher.DES3,
        csr_der=csr_der,
        challenge="secret",
        key_matches=True,
    )
    assert "secret" not in repr(request)


@pytest.mark.conformance("S12")
def test_a_request_signed_by_a_throw_away_key_is_told_apart(
    ca: Identity, device: Identity, ra_key: RSAPrivateKey
) -> None:
    csr_der = factories.csr(ra_key)

    request = server.read_request(request_body(ca, device, csr_der=csr_der), recipients=[ca])

    assert (request.key_matches, request.challenge) == (False, "")


def test_any_of_the_recipients_may_be_meant(
    ca: Identity, device: Identity, ra_key: RSAPrivateKey, ca_key: RSAPrivateKey
) -> None:
    ra = Identity(factories.certificate("RA", ra_key, issuer=("Test CA", ca_key)), ra_key)

    for recipient in (ca, ra):
        request = server.read_request(request_body(recipient, device), recipients=[ca, ra])
        assert request.challenge == "secret"


@pytest.mark.parametrize(
    ("name", "digest", "cipher", "challenge", "matches"),
    [
        (
            "scepclient-2.1.0-PKCSReq-descbc-sha1.der",
            Digest.SHA_1,
            Cipher.DES,
            "secret",
            True,
        ),
        ("scepclient-2.1.0-PKCSReq-wrong-challenge.der", Digest.SHA_1, Cipher.DES, "WRONG", True),
        (
            "strongswan-pki-5.9.8-PKCSReq-3des-sha1.der",
            Digest.SHA_1,
            Cipher.DES3,
            "secret",
            True,
        ),
    ],
)
def test_requests_of_other_clients_are_read(
    captures: Path, name: str, digest: Digest, cipher: Cipher, challenge: str, *, matches: bool
) -> None:
    certificate = x509.load_pem_x509_certificate((captures / "ca.pem").read_bytes())
    key = load_pem_private_key((captures / "ca.key").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    ca = Identity(certificate.public_bytes(Encoding.DER), key)

    request = server.read_request((captures / name).read_bytes(), recipients=[ca])

    assert (request.request_digest, request.request_cipher) == (digest, cipher)
    assert (request.challenge, request.key_matches) == (challenge, matches)


@pytest.mark.conformance("S11")
@pytest.mark.parametrize(
    "message_type",
    [
        pytest.param(der.text("18"), id="18, CVE-2026-30836"),
        pytest.param(der.text("3"), id="CertRep"),
        pytest.param(der.integer(18), id="18 as a number"),
    ],
)
def test_other_message_types_get_no_signed_answer(
    ca: Identity, device: Identity, message_type: bytes
) -> None:
    error = refused(scep_message(device, message_type=message_type), ca)

    assert error.answerable is None
    assert "not served here" in error.fact


@pytest.mark.conformance("S12")
def test_a_message_without_transaction_or_nonce_gets_no_signed_answer(
    ca: Identity, device: Identity
) -> None:
    bare = message(device, attributes_for(b"x", attribute(Oid.MESSAGE_TYPE, der.text("19"))))

    assert refused(bare, ca).answerable is None


@pytest.mark.parametrize("body", [b"", b"junk", b"<html>", b"\x30\x80" * 500])
def test_what_is_no_message_gets_no_signed_answer(ca: Identity, body: bytes) -> None:
    assert refused(body, ca).answerable is None


@pytest.mark.conformance("S12")
def test_a_forged_request_is_refused_with_bad_message_check(
    ca: Identity, device: Identity, ca_key: RSAPrivateKey
) -> None:
    stranger = factories.certificate("device", ca_key)

    error = refused(scep_message(device, certificates=(stranger,)), ca)

    assert error.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert error.answerable == Answerable(TRANSACTION, NONCE, Digest.SHA_256)


@pytest.mark.conformance("D29")
def test_md5_and_unknown_algorithms_are_refused_with_bad_alg(
    ca: Identity, device: Identity
) -> None:
    md5 = refused(scep_message(device, digest=der.algorithm("1.2.840.113549.2.5")), ca)
    unknown = refused(scep_message(device, algorithm=der.algorithm("1.2.3")), ca)
    rc2 = refused(scep_message(device, content=_rc2()), ca)

    assert {error.fail_info for error in (md5, unknown, rc2)} == {FailInfo.BAD_ALG}
    assert "MD5" in md5.fact
    assert md5.answerable == Answerable(TRANSACTION, NONCE, Digest.SHA_256)
    assert rc2.answerable is not None


def _rc2() -> bytes:
    content = der.sequence(der.oid(Oid.DATA), der.algorithm("1.2.840.113549.3.2"), b"\x80\x01x")
    enveloped = der.sequence(der.integer(0), der.set_of(), content)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


@pytest.mark.conformance("S24")
def test_everything_that_does_not_decrypt_gives_one_answer(
    ca: Identity, device: Identity, ra_key: RSAPrivateKey
) -> None:
    other = Identity(ca.certificate_der, ra_key)
    facts = {
        refused(request_body(ca, device), other).fact,
        refused(request_body(device, device), ca).fact,
        refused(request_body(ca, device, csr_der=b"no request"), ca).fact,
        refused(scep_message(device, content=b"no envelope"), ca).fact,
    }

    assert facts == {"The message cannot be decrypted, or its content is not what it should be."}


@pytest.mark.conformance("S12")
def test_a_csr_that_is_not_signed_with_its_key_is_refused(ca: Identity, device: Identity) -> None:
    changed = factories.csr(device.private_key, common_name="hosta").replace(b"hosta", b"hostb")

    error = refused(request_body(ca, device, csr_der=changed), ca)

    assert error.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert "not signed with its own key" in error.fact


# Answers.


@pytest.fixture
def request_read(ca: Identity, device: Identity) -> ServerRequest:
    return server.read_request(request_body(ca, device), recipients=[ca])


def expected(ca: Identity, device: Identity) -> Expected:
    return Expected(
        PkcsReq(TRANSACTION, NONCE, b""), device, (cms.read_certificate(ca.certificate_der),)
    )


@pytest.mark.conformance("S16", "S18")
def test_a_success_carries_the_certificate_to_the_signer(
    ca: Identity, device: Identity, request_read: ServerRequest
) -> None:
    body = server.certrep_success(
        request_read, device.certificate_der, chain=[ca.certificate_der], signer=ca
    )

    rep = decode_reply(body, expected(ca, device))
    assert rep.status is PkiStatus.SUCCESS
    assert rep.certificates == (device.certificate_der, ca.certificate_der)
    assert (rep.digest, rep.cipher) == (Digest.SHA_256, Cipher.AES_128)
    assert rep.key_transport is KeyTransport.PKCS1
    assert rep.sender_nonce is not None
    assert len(rep.sender_nonce) == 16


STRENGTHS = [
    (Cipher.AES_256, Digest.SHA_512, False, Cipher.AES_256, Digest.SHA_512),
    (Cipher.AES_192, Digest.SHA_384, False, Cipher.AES_192, Digest.SHA_384),
    (Cipher.DES3, Digest.SHA_1, False, Cipher.AES_128, Digest.SHA_256),
    (Cipher.DES3, Digest.SHA_1, True, Cipher.DES3, Digest.SHA_1),
    (Cipher.DES, Digest.SHA_1, True, Cipher.DES3, Digest.SHA_1),
    (Cipher.AES_128, Digest.SHA_224, True, Cipher.AES_128, Digest.SHA_256),
]


@pytest.mark.conformance("S18", "D30")
@pytest.mark.parametrize(("cipher", "digest", "legacy", "sent_cipher", "sent_digest"), STRENGTHS)
def test_answers_are_as_strong_as_requests_and_never_weak_unasked(
    ca: Identity,
    device: Identity,
    request_read: ServerRequest,
    cipher: Cipher,
    digest: Digest,
    *,
    legacy: bool,
    sent_cipher: Cipher,
    sent_digest: Digest,
) -> None:
    request = replace(request_read, request_digest=digest, request_cipher=cipher)

    body = server.certrep_success(request, device.certificate_der, signer=ca, legacy=legacy)

    rep = decode_reply(body, expected(ca, device))
    assert (rep.cipher, rep.digest) == (sent_cipher, sent_digest)


@pytest.mark.conformance("S16", "S17")
def test_a_failure_says_why_and_a_pending_says_nothing(
    ca: Identity, device: Identity, request_read: ServerRequest
) -> None:
    failure = server.certrep_failure(
        request_read, FailInfo.BAD_REQUEST, text="wrong password", signer=ca
    )
    pending = server.certrep_pending(request_read, signer=ca)

    rep = decode_reply(failure, expected(ca, device))
    assert rep.reason == FailureReason(FailInfo.BAD_REQUEST, "wrong password")
    assert cms.read_signed(failure).content == b""
    assert decode_reply(pending, expected(ca, device)).status is PkiStatus.PENDING


def test_a_weak_request_is_answered_in_kind_only_when_legacy_allows(ca: Identity) -> None:
    weak = Answerable(TRANSACTION, NONCE, Digest.SHA_1)

    for legacy, digest in ((False, Digest.SHA_256), (True, Digest.SHA_1)):
        body = server.certrep_pending(weak, signer=ca, legacy=legacy)
        assert cms.read_signed(body).digest is digest


@pytest.mark.conformance("S16")
def test_the_transaction_id_goes_back_as_it_came(ca: Identity) -> None:
    for text in ("jrX3FSVL+/=", "1" * 77, "a_b@c"):
        request = Answerable(TransactionId(text), NONCE, Digest.SHA_256)
        body = server.certrep_failure(request, FailInfo.BAD_ALG, signer=ca)
        assert read_header(cms.read_signed(body)).transaction_id == text


@pytest.mark.conformance("S08")
def test_a_query_longer_than_any_message_is_refused() -> None:
    with pytest.raises(BadRequest, match="longer than any message"):
        server.decode_get_message("message=" + "A" * 65_536)


def test_nothing_is_encrypted_to_an_ec_signer_without_a_challenge(
    ca: Identity, request_read: ServerRequest, ec_key: EllipticCurvePrivateKey
) -> None:
    signer_der = factories.authority(ec_key)
    request = replace(request_read, signer_certificate_der=signer_der, challenge="")

    with pytest.raises(BadRequest, match="cannot encrypt, and there is no challenge") as caught:
        server.certrep_success(request, b"", signer=ca)

    assert caught.value.fail_info is FailInfo.BAD_ALG
    assert caught.value.answerable is request


@pytest.mark.conformance("S02")
def test_capabilities_are_listed_one_a_line_in_the_words_of_the_rfc() -> None:
    body = server.caps_reply([Capability.AES, Capability.POST, "SHA-384"])

    assert body == b"AES\nPOSTPKIOperation\nSHA-384\n"


@pytest.mark.conformance("S05")
def test_one_ca_certificate_goes_as_it_is_and_several_in_their_order(
    ca: Identity, device: Identity
) -> None:
    several = [device.certificate_der, ca.certificate_der]

    assert server.cacert_reply([ca.certificate_der]) == (
        "application/x-x509-ca-cert",
        ca.certificate_der,
    )
    content_type, body = server.cacert_reply(several)
    assert content_type == "application/x-x509-ca-ra-cert"
    assert cms.read_certificates(body) == tuple(several)


def test_openssl_reads_the_bundle(ca: Identity) -> None:
    _, body = server.cacert_reply([ca.certificate_der, ca.certificate_der])

    certificates = pkcs7.load_der_pkcs7_certificates(body)

    assert [one.public_bytes(Encoding.DER) for one in certificates] == [ca.certificate_der] * 2


# A message that has ``+``, ``/`` and ``=`` in its base64.
MESSAGE = bytes.fromhex("fbefbeffff") * 3 + b"a"
STANDARD = base64.b64encode(MESSAGE).decode()


@pytest.mark.conformance("S08", "D6", "D8", "D9")
@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"operation=PKIOperation&message={quote(STANDARD, safe='')}", id="as it is"),
        pytest.param(f"message={STANDARD}&operation=PKIOperation", id="nothing escaped"),
        pytest.param(f"message={STANDARD.replace('=', '%3D')}", id="only = escaped, as macOS"),
        pytest.param(f"message={STANDARD.replace('+', '%20')}", id="spaces for plus"),
        pytest.param(
            f"message={quote(STANDARD[:8] + chr(10) + STANDARD[8:], safe='')}", id="line breaks"
        ),
        pytest.param(f"message={base64.urlsafe_b64encode(MESSAGE).decode()}", id="URL alphabet"),
        pytest.param(f"Message={STANDARD.rstrip('=')}", id="no padding, other case"),
    ],
)
def test_a_message_in_a_query_is_read_however_it_was_damaged(query: str) -> None:
    assert server.decode_get_message(query) == MESSAGE


@pytest.mark.parametrize("query", ["", "message=", "message=*", "xmessage=QUJD", "message=Q"])
def test_a_query_without_a_message_is_refused(query: str) -> None:
    with pytest.raises(BadRequest):
        server.decode_get_message(query)


@given(st.binary(max_size=300))
def test_any_body_is_refused_with_a_typed_error(body: bytes) -> None:
    with pytest.raises(BadRequest):
        server.read_request(body, recipients=[])


@given(st.text(max_size=100))
def test_any_query_gives_bytes_or_a_typed_error(query: str) -> None:
    with contextlib.suppress(BadRequest):
        assert server.decode_get_message(f"message={query}")
