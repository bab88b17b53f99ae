"""The samples that RFC 8894 section 3 refers to (jscep, MIT): a request and its reply in layers."""

from pathlib import Path

import pytest

from pki import csr as pki_csr
from scep import cms
from scep.codec import read_header
from scep.vocabulary import Cipher, Digest, KeyTransport
from tests.scep.vectors.files import verified


@pytest.fixture
def samples(vectors: Path) -> Path:
    return vectors / "jscep" / "src" / "samples"


def test_the_csr_says_what_its_maker_put_into_it(samples: Path) -> None:
    body = (samples / "scep_req0.der").read_bytes()
    csr = cms.read_csr(body)

    csr.verify()
    pki_csr.verify(body)
    assert csr.challenge == "NQ3C6-GS3ZN-2XPGL-SEJTQ"
    assert csr.subject == "C=NZ, O=Dave's Wetaburgers, OU=Procurement, CN=Test SCEP PKI user"
    assert csr.alternative_names == ("rfc822:dave@wetas-r-us.com", "uri:http://www.wetas-r-us.com")
    assert (csr.rsa_bits, csr.scheme.digest) == (1536, Digest.SHA_256)


@pytest.mark.parametrize(
    ("name", "length", "serial"),
    [("scep_req1.der", 672, "24CC285C1674F207"), ("scep_resp1.der", None, "5CB8398F4C872739")],
)
def test_the_envelopes_name_their_recipient(
    samples: Path, name: str, length: int | None, serial: str
) -> None:
    envelope = cms.read_envelope((samples / name).read_bytes())

    [recipient] = envelope.recipients
    assert (envelope.cipher, recipient.transport) == (Cipher.AES_128, KeyTransport.PKCS1)
    assert str(recipient.certificate_id) == f"serial number {serial}"
    assert length in {None, len(envelope.ciphertext)}


@pytest.mark.conformance("C29", "C44")
def test_the_messages_verify_and_belong_together(samples: Path) -> None:
    request = verified((samples / "scep_req2.der").read_bytes())
    reply = verified((samples / "scep_resp2.der").read_bytes())
    sent, received = read_header(request), read_header(reply)

    assert (sent.message_type, received.message_type, received.status) == (19, 3, "0")
    assert sent.transaction_id == received.transaction_id == "7XXEY-ERLPU-2JDR9"
    assert sent.sender_nonce == bytes.fromhex("e8c57d516909026f3463f8e907fc9856")
    assert (received.recipient_nonce, received.sender_nonce) == (sent.sender_nonce, None)
    assert request.content == (samples / "scep_req1.der").read_bytes()
    assert reply.content == (samples / "scep_resp1.der").read_bytes()
    assert (request.digest, reply.digest) == (Digest.SHA_256, Digest.SHA_256)
    assert [cms.read_certificate(der).subject for der in reply.certificates] == [
        "C=NZ, O=Dave's Wetaburgers, OU=SCEP CA cert, CN=Dave's SCEP CA",
        "C=NZ, O=Dave's Wetaburgers and CA, OU=Certification Division, CN=Dave Himself",
    ]


def test_the_reply_holds_the_certificate_of_the_request(samples: Path) -> None:
    [issued] = cms.read_certificates((samples / "scep_resp0.der").read_bytes())
    csr = cms.read_csr((samples / "scep_req0.der").read_bytes())

    certificate = cms.read_certificate(issued)

    assert certificate.subject.endswith("CN=Test SCEP PKI user")
    assert certificate.spki_der == csr.spki_der
