"""RenewalReq, GetCert and GetCRL on the wire, and what may answer them."""

from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import der
from scep import cms
from scep.codec import (
    Expected,
    decode_content,
    decode_reply,
    encode_reply,
    encode_request,
    read_header,
)
from scep.errors import MalformedReply
from scep.messages import (
    CertRep,
    GetCert,
    GetCrl,
    Identity,
    IssuerAndSerial,
    Nonce,
    RenewalReq,
    Request,
    TransactionId,
)
from scep.vocabulary import Cipher, Digest, MessageType, Oid, PkiStatus
from tests.scep import factories
from tests.scep.factories import NOW

TRANSACTION, NONCE = TransactionId("id-1"), Nonce(b"n" * 16)
WANTED = IssuerAndSerial(factories.name("Test CA").public_bytes(), (1 << 150) + 7)
GET_CERT = GetCert(TRANSACTION, NONCE, WANTED)
GET_CRL = GetCrl(TRANSACTION, NONCE, WANTED)
CRL = der.sequence(der.sequence(), der.sequence())


@pytest.fixture
def device(device_key: RSAPrivateKey) -> Identity:
    return Identity(factories.certificate("device", device_key), device_key)


@pytest.mark.conformance("C58")
@pytest.mark.parametrize(
    ("request_", "message_type"),
    [
        pytest.param(RenewalReq(TRANSACTION, NONCE, b"csr"), MessageType.RENEWAL_REQ, id="17"),
        pytest.param(GET_CERT, MessageType.GET_CERT, id="21"),
        pytest.param(GET_CRL, MessageType.GET_CRL, id="22"),
    ],
)
def test_every_request_reads_back_as_it_was_written(
    ca: Identity, device: Identity, request_: Request, message_type: MessageType
) -> None:
    body = encode_request(
        request_,
        signer=device,
        recipient_der=ca.certificate_der,
        cipher=Cipher.AES_128,
        digest=Digest.SHA_256,
        now=NOW,
    )

    message = cms.read_signed(body)
    header = read_header(message)
    content = cms.read_envelope(message.content).open([ca]).content
    assert header.message_type == message_type
    assert decode_content(content, header) == request_


def test_a_content_that_is_no_issuer_and_serial_is_unreadable(
    ca: Identity, device: Identity
) -> None:
    header = read_header(cms.read_signed(answer(ca, device, content=b"")))

    for content in (b"", b"junk", der.sequence(WANTED.issuer_der)):
        with pytest.raises(cms.Unreadable):
            cms.read_issuer_and_serial(content)
    with pytest.raises(cms.Unreadable, match="type 3 is no request"):
        decode_content(b"", header)


def answer(
    ca: Identity, device: Identity, *, content: bytes, status: PkiStatus = PkiStatus.SUCCESS
) -> bytes:
    """Write a CertRep with any content in its envelope."""
    attributes = {
        Oid.TRANSACTION_ID: der.text(TRANSACTION),
        Oid.MESSAGE_TYPE: der.text("3"),
        Oid.PKI_STATUS: der.text(str(status.value)),
        Oid.RECIPIENT_NONCE: der.octet_string(NONCE),
    }
    envelope = b""
    if content:
        envelope = cms.envelop(content, device.certificate_der, Cipher.AES_128)
    return cms.sign(envelope, attributes, signer=ca, digest=Digest.SHA_256, certificates=())


def expecting(request: Request, ca: Identity, device: Identity) -> Expected:
    return Expected(request, device, (cms.read_certificate(ca.certificate_der),))


def both(certificates: Sequence[bytes], crls: Sequence[bytes]) -> bytes:
    """Write certificates and CRLs into one SignedData."""
    return der.sequence(
        der.oid(Oid.SIGNED_DATA),
        der.tagged(
            0,
            der.sequence(
                der.integer(1),
                der.set_of(),
                der.sequence(der.oid(Oid.DATA)),
                der.tagged(0, *certificates),
                der.tagged(1, *crls),
                der.set_of(),
            ),
        ),
    )


@pytest.mark.conformance("C59")
def test_a_crl_comes_back_alone(ca: Identity, device: Identity) -> None:
    rep = CertRep(
        TRANSACTION,
        PkiStatus.SUCCESS,
        NONCE,
        Digest.SHA_256,
        crls=(CRL,),
        cipher=Cipher.AES_128,
    )
    body = encode_reply(rep, recipient_nonce=NONCE, recipient_der=device.certificate_der, signer=ca)

    found = decode_reply(body, expecting(GET_CRL, ca, device))

    assert (found.crls, found.certificates) == ((CRL,), ())
    assert found.cipher is Cipher.AES_128


def test_a_certificate_comes_back_for_get_cert(ca: Identity, device: Identity) -> None:
    content = cms.write_certificates([ca.certificate_der])

    found = decode_reply(answer(ca, device, content=content), expecting(GET_CERT, ca, device))

    assert (found.crls, found.certificates) == ((), (ca.certificate_der,))


@pytest.mark.conformance("C59")
@pytest.mark.parametrize(
    ("certificates", "crls", "words"),
    [
        pytest.param(1, 1, "1 CRLs and 1 certificates", id="a certificate beside"),
        pytest.param(1, 0, "0 CRLs and 1 certificates", id="no CRL"),
        pytest.param(0, 9, "9 CRLs and 0 certificates", id="too many"),
    ],
)
def test_the_answer_to_get_crl_holds_crls_only(
    ca: Identity, device: Identity, certificates: int, crls: int, words: str
) -> None:
    content = both([ca.certificate_der] * certificates, [CRL] * crls)

    with pytest.raises(MalformedReply, match=words):
        decode_reply(answer(ca, device, content=content), expecting(GET_CRL, ca, device))


@pytest.mark.conformance("C59")
@pytest.mark.parametrize(
    ("request_", "what"), [(GET_CERT, "certificate"), (GET_CRL, "CRL")], ids=["21", "22"]
)
def test_neither_knows_an_empty_success_nor_pending(
    ca: Identity, device: Identity, request_: Request, what: str
) -> None:
    expected = expecting(request_, ca, device)

    with pytest.raises(MalformedReply, match=f"carries no {what}"):
        decode_reply(answer(ca, device, content=b""), expected)
    with pytest.raises(MalformedReply, match="PENDING, which GetCert and GetCRL do not know"):
        decode_reply(answer(ca, device, content=b"", status=PkiStatus.PENDING), expected)


def test_a_bag_of_crls_has_a_limit_too() -> None:
    message = cms.write_crls([der.sequence(*[der.NULL] * cms.unsigned.MAX_CRL_ELEMENTS)])

    with pytest.raises(MalformedReply, match="too many elements"):
        cms.read_crls(message)
