"""Test data of smallstep/scep (MIT): an Apple device's request, and micromdm's reply."""

from pathlib import Path

import pytest

from scep import cms
from scep.codec import read_header
from scep.vocabulary import Cipher, Digest
from tests.scep.vectors.files import load_identity, verified


@pytest.fixture
def folder(vectors: Path) -> Path:
    return vectors / "smallstep-scep"


@pytest.mark.conformance("D50")
def test_the_request_decrypts_with_the_key_of_the_test_ca(folder: Path) -> None:
    ca = load_identity(
        folder / "testdata" / "testca" / "ca.crt", folder / "derived-testca-ca.key.plain.pem"
    )
    message = verified((folder / "testdata" / "PKCSReq.der").read_bytes())
    header = read_header(message)
    envelope = cms.read_envelope(message.content)

    csr = cms.read_csr(envelope.open([ca]).content)

    csr.verify()
    assert (header.message_type, message.digest) == (19, Digest.SHA_1)
    assert header.transaction_id == "A13090761A30F66664F85D37433D2065E1112BA1"
    assert header.sender_nonce == bytes.fromhex("ae7fe8816cc6bedd")
    assert envelope.cipher is Cipher.DES3
    assert csr.subject.startswith("CN=com.apple.security.scep.063D7953-1338-4BF0-8F99-")
    assert (csr.challenge, csr.key_usage) == ("", frozenset({"digitalSignature"}))


@pytest.mark.conformance("C34", "D26", "D50")
def test_the_reply_is_read_in_spite_of_its_age(folder: Path) -> None:
    message = verified((folder / "testdata" / "CertRep.der").read_bytes())
    header = read_header(message)

    issued = cms.read_certificate(message.certificates[0])

    assert (header.message_type, header.status, message.digest) == (3, "0", Digest.SHA_1)
    assert header.transaction_id == "A13090761A30F66664F85D37433D2065E1112BA1"
    assert header.recipient_nonce == bytes.fromhex("ae7fe8816cc6bedd")
    assert cms.read_envelope(message.content).cipher is Cipher.DES
    assert issued.subject == "CN=com.apple.security.scep.063D7953-1338-4BF0-8F99-913382996224"
    issued.verify_issued_by(cms.read_certificate(message.certificates[1]))
