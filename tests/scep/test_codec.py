"""pkiMessages: captured ones with known values, and everything a reply must fit."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from pki import der
from scep import cms
from scep.codec import (
    Expected,
    decode_content,
    decode_reply,
    encode_reply,
    encode_request,
    fresh_nonce,
    read_header,
)
from scep.errors import FailureReason, MalformedReply, NotTrusted
from scep.messages import (
    CertPoll,
    CertRep,
    Identity,
    IssuerAndSubject,
    Nonce,
    PkcsReq,
    TransactionId,
)
from scep.vocabulary import Cipher, Digest, FailInfo, KeyTransport, MessageType, Oid, PkiStatus
from tests.scep import factories
from tests.scep.factories import NOW

REQUEST = PkcsReq(TransactionId("id-1"), Nonce(b"n" * 16), b"csr")


def load_key(path: Path) -> RSAPrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def load_certificate(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


@pytest.fixture
def expected(ca: Identity, device_key: RSAPrivateKey) -> Expected:
    device = Identity(factories.certificate("device", device_key), device_key)
    return Expected(REQUEST, device, (cms.read_certificate(ca.certificate_der),))


def reply(
    ca: Identity, changes: Mapping[str, bytes | None] | None = None, content: bytes = b""
) -> bytes:
    """Write a CertRep with some of its attributes changed or left out."""
    attributes: dict[str, bytes | None] = {
        Oid.TRANSACTION_ID: der.text("id-1"),
        Oid.MESSAGE_TYPE: der.text("3"),
        Oid.PKI_STATUS: der.text("3"),
        Oid.RECIPIENT_NONCE: der.octet_string(REQUEST.sender_nonce),
        **(changes or {}),
    }
    present = {oid: value for oid, value in attributes.items() if value is not None}
    return cms.sign(content, present, signer=ca, digest=Digest.SHA_256, certificates=())


# Values of ../vectors/live-captures, as openssl and asn1crypto showed them.


def test_the_request_of_scepclient_is_read(captures: Path) -> None:
    message = cms.read_signed((captures / "scepclient-2.1.0-PKCSReq-descbc-sha1.der").read_bytes())
    header = read_header(message)
    ca = Identity(load_certificate(captures / "ca.pem"), load_key(captures / "ca.key"))
    envelope = cms.read_envelope(message.content)

    request = decode_content(envelope.open([ca]).content, header)

    message.verify([cms.read_certificate(one) for one in message.certificates])
    assert (header.message_type, message.digest) == (MessageType.PKCS_REQ, Digest.SHA_1)
    assert envelope.cipher is Cipher.DES
    assert isinstance(request, PkcsReq)
    assert cms.read_csr(request.csr_der).challenge == "secret"


def test_the_request_of_strongswan_is_read(captures: Path) -> None:
    message = cms.read_signed(
        (captures / "strongswan-pki-5.9.8-PKCSReq-3des-sha1.der").read_bytes()
    )
    header = read_header(message)
    ca = Identity(load_certificate(captures / "ca.pem"), load_key(captures / "ca.key"))
    envelope = cms.read_envelope(message.content)

    csr = cms.read_csr(envelope.open([ca]).content)

    assert header.transaction_id == "D60C5CD8515143C44417944CC623D39AC8DB327C"
    assert (envelope.cipher, csr.subject) == (Cipher.DES3, "C=CH, O=strong, CN=sw3.example")


def expected_of(captures: Path, request: str, reply_name: str) -> tuple[bytes, Expected]:
    """Give a captured reply with what the client that got it knows."""
    sent = cms.read_signed((captures / request).read_bytes())
    header = read_header(sent)
    body = (captures / reply_name).read_bytes()
    received = read_header(cms.read_signed(body))
    nonce = received.recipient_nonce
    assert nonce is not None
    client = Identity(sent.certificates[0], load_key(captures / "client.key"))
    ca = cms.read_certificate(load_certificate(captures / "ca.pem"))
    pkcs_req = PkcsReq(received.transaction_id, nonce, b"")
    assert header.message_type == MessageType.PKCS_REQ
    return body, Expected(pkcs_req, client, (ca,))


@pytest.mark.conformance("C34", "C46", "D26", "D28")
def test_the_success_of_scepserver_is_read(captures: Path) -> None:
    body, expected = expected_of(
        captures,
        "scepclient-2.1.0-PKCSReq-descbc-sha1.der",
        "scepserver-2.1.0-CertRep-SUCCESS-descbc-constructed.der",
    )

    rep = decode_reply(body, expected)

    assert (rep.status, rep.digest) == (PkiStatus.SUCCESS, Digest.SHA_1)
    assert (rep.cipher, rep.key_transport) == (Cipher.DES, KeyTransport.PKCS1)
    assert rep.certificates == (load_certificate(captures / "client-issued.pem"),)
    assert rep.signed_by == "C=US, O=scep-ca, OU=SCEP CA"
    assert (rep.sender_nonce, rep.remarks) == (expected.request.sender_nonce, ())


@pytest.mark.conformance("C48")
def test_the_failure_of_scepserver_is_read(captures: Path) -> None:
    body, expected = expected_of(
        captures,
        "scepclient-2.1.0-PKCSReq-wrong-challenge.der",
        "scepserver-2.1.0-CertRep-FAILURE-badRequest.der",
    )

    rep = decode_reply(body, expected)

    assert (rep.status, rep.reason) == (
        PkiStatus.FAILURE,
        FailureReason(FailInfo.BAD_REQUEST, "", None),
    )


# What we write.


@pytest.mark.conformance("C28", "C29", "C30")
def test_a_request_holds_every_attribute_the_rfc_wants(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    device = Identity(factories.certificate("device", device_key), device_key)

    body = encode_request(
        REQUEST,
        signer=device,
        recipient_der=ca.certificate_der,
        cipher=Cipher.AES_128,
        digest=Digest.SHA_256,
        now=NOW,
    )

    message = cms.read_signed(body)
    header = read_header(message)
    envelope = cms.read_envelope(message.content)
    message.verify([cms.read_certificate(device.certificate_der)])
    assert message.certificates == (device.certificate_der,)
    assert (header.message_type, header.transaction_id) == (19, "id-1")
    assert header.sender_nonce == REQUEST.sender_nonce
    assert envelope.open([ca]).content == b"csr"
    assert message.value(Oid.TRANSACTION_ID) == b"\x13\x04id-1"
    assert message.value(Oid.MESSAGE_TYPE) == b"\x13\x0219"
    assert message.value(Oid.SIGNING_TIME) == der.time(NOW)


def test_a_signing_time_after_2049_is_a_generalized_time() -> None:
    assert der.time(datetime(2050, 1, 1, tzinfo=UTC))[0] == 0x18


@pytest.mark.conformance("C52")
def test_a_poll_names_issuer_and_subject_byte_by_byte(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    device = Identity(factories.certificate("device", device_key), device_key)
    names = IssuerAndSubject(
        cms.read_certificate(ca.certificate_der).subject_der,
        cms.read_certificate(device.certificate_der).subject_der,
    )
    poll = CertPoll(TransactionId("id-1"), fresh_nonce(), names)

    body = encode_request(
        poll,
        signer=device,
        recipient_der=ca.certificate_der,
        cipher=Cipher.DES3,
        digest=Digest.SHA_1,
        now=NOW,
    )

    message = cms.read_signed(body)
    header = read_header(message)
    content = cms.read_envelope(message.content).open([ca]).content
    assert header.message_type == MessageType.CERT_POLL
    assert decode_content(content, header) == poll
    with pytest.raises(cms.Unreadable):
        decode_content(b"junk", header)


def test_a_transaction_id_outside_ascii_is_written_as_utf_8(ca: Identity) -> None:
    rep = CertRep(TransactionId("ü"), PkiStatus.PENDING, None, Digest.SHA_256)

    body = encode_reply(rep, recipient_nonce=Nonce(b"n"), recipient_der=b"", signer=ca)

    assert read_header(cms.read_signed(body)).transaction_id == "ü"


def test_every_reply_reads_back_as_it_was_written(ca: Identity, expected: Expected) -> None:
    reps = [
        CertRep(REQUEST.transaction_id, PkiStatus.PENDING, fresh_nonce(), Digest.SHA_512),
        CertRep(
            REQUEST.transaction_id,
            PkiStatus.FAILURE,
            None,
            Digest.SHA_256,
            reason=FailureReason(FailInfo.BAD_TIME, "the clock: yours, ü"),
        ),
        CertRep(
            REQUEST.transaction_id,
            PkiStatus.SUCCESS,
            fresh_nonce(),
            Digest.SHA_256,
            certificates=(ca.certificate_der,),
            cipher=Cipher.AES_256,
        ),
    ]

    for rep in reps:
        body = encode_reply(
            rep,
            recipient_nonce=REQUEST.sender_nonce,
            recipient_der=expected.recipient.certificate_der,
            signer=ca,
        )
        transport = KeyTransport.PKCS1 if rep.cipher else None
        assert decode_reply(body, expected) == replace(
            rep,
            signed_by="CN=Test CA",
            signature=f"RSA with {rep.digest}",
            key_transport=transport,
        )


# What a reply must fit.


@pytest.mark.conformance("C45")
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(der.utf8_string("3"), id="UTF8String"),
        pytest.param(der.element(0x12, b"3"), id="NumericString"),
        pytest.param(der.element(0x16, b"3"), id="IA5String"),
        pytest.param(der.integer(3), id="INTEGER"),
    ],
)
def test_numbers_come_in_every_type(ca: Identity, expected: Expected, value: bytes) -> None:
    body = reply(ca, {Oid.PKI_STATUS: value, Oid.MESSAGE_TYPE: value})

    assert decode_reply(body, expected).status is PkiStatus.PENDING


NOT_OURS = [
    ("another transaction", {Oid.TRANSACTION_ID: der.text("id-2")}, "another transaction"),
    ("no transaction", {Oid.TRANSACTION_ID: None}, "another transaction"),
    ("another nonce", {Oid.RECIPIENT_NONCE: der.octet_string(b"m" * 16)}, "not repeat the nonce"),
    ("no nonce", {Oid.RECIPIENT_NONCE: None}, "not repeat the nonce"),
]


@pytest.mark.conformance("C44")
@pytest.mark.parametrize(
    ("changes", "words"), [pytest.param(*row[1:], id=row[0]) for row in NOT_OURS]
)
def test_a_reply_to_another_request_is_not_trusted(
    ca: Identity, expected: Expected, changes: dict[str, bytes | None], words: str
) -> None:
    with pytest.raises(NotTrusted, match=words) as caught:
        decode_reply(reply(ca, changes), expected)

    assert len(caught.value.details) == 2


MALFORMED = [
    ("a request", {Oid.MESSAGE_TYPE: der.text("19")}, "message type is 19; it must be CertRep"),
    ("no type", {Oid.MESSAGE_TYPE: None}, "message type is none; it must"),
    ("a type nobody assigned", {Oid.MESSAGE_TYPE: der.text("99")}, "message type is 99; it must"),
    ("a word as type", {Oid.MESSAGE_TYPE: der.text("x")}, "signed attributes cannot be read"),
    ("status 1", {Oid.PKI_STATUS: der.text("1")}, 'pkiStatus is "1"'),
    ("no status", {Oid.PKI_STATUS: None}, 'pkiStatus is ""'),
    ("a word as status", {Oid.PKI_STATUS: der.text("x" * 50)}, "pkiStatus is"),
    (
        "failInfo 9",
        {Oid.PKI_STATUS: der.text("2"), Oid.FAIL_INFO: der.text("9")},
        'failInfo is "9"',
    ),
    ("SUCCESS without content", {Oid.PKI_STATUS: der.text("0")}, "carries no certificate"),
    ("a number as nonce", {Oid.RECIPIENT_NONCE: der.integer(1 << 60)}, "not an octet string"),
    ("a sequence as id", {Oid.TRANSACTION_ID: der.sequence()}, "neither text nor a number"),
]


@pytest.mark.conformance("C44", "C45", "C46", "C48", "C63")
@pytest.mark.parametrize(
    ("changes", "words"), [pytest.param(*row[1:], id=row[0]) for row in MALFORMED]
)
def test_a_reply_that_is_no_cert_rep_is_malformed(
    ca: Identity, expected: Expected, changes: dict[str, bytes | None], words: str
) -> None:
    with pytest.raises(MalformedReply, match=words):
        decode_reply(reply(ca, changes), expected)


@pytest.mark.conformance("C44")
def test_a_missing_nonce_may_be_tolerated(ca: Identity, expected: Expected) -> None:
    tolerant = replace(expected, nonce_required=False)

    rep = decode_reply(reply(ca, {Oid.RECIPIENT_NONCE: None}), tolerant)

    assert "no recipientNonce" in rep.remarks[0]


@pytest.mark.conformance("C49", "D16")
def test_the_byte_that_ndes_sends_is_passed_over_and_more_is_remarked(
    ca: Identity, expected: Expected
) -> None:
    assert decode_reply(reply(ca, content=b"\x00"), expected).remarks == ()
    assert decode_reply(reply(ca, content=b"xx"), expected).remarks == (
        "It has a content although it grants nothing.",
    )


@pytest.mark.conformance("C48")
@pytest.mark.parametrize(
    ("value", "hresult"),
    [
        pytest.param(der.text("-2147024809"), 0x80070057, id="as NDES"),
        pytest.param(der.integer(-2147024809), 0x80070057, id="a number"),
    ],
)
def test_the_error_number_of_ndes_is_kept(
    ca: Identity, expected: Expected, value: bytes, hresult: int
) -> None:
    changes = {Oid.PKI_STATUS: der.text("2"), Oid.MICROSOFT_HRESULT: value}

    rep = decode_reply(reply(ca, changes), expected)

    assert rep.reason == FailureReason(None, "", hresult)


@pytest.mark.conformance("C43")
def test_a_signer_outside_the_bundle_is_not_trusted_and_named(
    ca_key: RSAPrivateKey, device_key: RSAPrivateKey, expected: Expected
) -> None:
    other = Identity(
        factories.certificate("Enrolled", device_key, issuer=("Test CA", ca_key)), device_key
    )
    body = cms.sign(
        b"",
        {Oid.TRANSACTION_ID: der.text("id-1"), Oid.MESSAGE_TYPE: der.text("3")},
        signer=other,
        digest=Digest.SHA_256,
        certificates=(other.certificate_der, der.sequence()),
    )

    with pytest.raises(NotTrusted, match="None of the certificates allowed") as caught:
        decode_reply(body, expected)

    labels = [label for label, _ in caught.value.details]
    texts = [text for _, text in caught.value.details]
    assert labels.count("Certificate in the reply") == 2
    assert any(text.startswith("CN=Enrolled, ") for text in texts)
    assert "not readable" in texts
    assert "new RA certificates" in caught.value.hint


def test_base64_ids_of_micromdm_go_through() -> None:
    transaction_id = base64.b64encode(bytes(20)).decode()

    assert der.text(transaction_id) == b"\x13\x1c" + transaction_id.encode()
