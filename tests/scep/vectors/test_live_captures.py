"""Our own captures: Debian's scepserver and scepclient 2.1.0, and strongSwan's pki 5.9.8."""

from pathlib import Path

import pytest

from scep import capabilities, cms, server
from scep.cacert import read_bundle
from scep.codec import Expected, decode_reply, read_header
from scep.messages import Identity, Nonce, PkcsReq
from scep.vocabulary import Capability, Cipher, Digest, FailInfo, KeyTransport, PkiStatus
from tests.scep.vectors.files import der_of, load_identity, load_key, verified

SCEPCLIENT = "scepclient-2.1.0-PKCSReq-descbc-sha1.der"
WRONG_CHALLENGE = "scepclient-2.1.0-PKCSReq-wrong-challenge.der"
STRONGSWAN = "strongswan-pki-5.9.8-PKCSReq-3des-sha1.der"


@pytest.fixture
def captured_ca(captures: Path) -> Identity:
    return load_identity(captures / "ca.pem", captures / "ca.key")


@pytest.mark.conformance("S10")
@pytest.mark.parametrize(
    ("name", "cipher", "said"),
    [
        (
            SCEPCLIENT,
            Cipher.DES,
            ("scepclient", "secret", "2ifgcxJ0uU2ODcX5q5BaYiT/9rg="),
        ),
        (
            WRONG_CHALLENGE,
            Cipher.DES,
            ("bad", "WRONG", "2ScE6LXdRGmKbdDsACfcGKduc8M="),
        ),
        (
            STRONGSWAN,
            Cipher.DES3,
            ("sw3.example", "secret", "D60C5CD8515143C44417944CC623D39AC8DB327C"),
        ),
    ],
)
def test_requests_decrypt_with_the_key_of_the_ca(
    captures: Path, captured_ca: Identity, name: str, cipher: Cipher, said: tuple[str, str, str]
) -> None:
    common_name, challenge, transaction = said

    request = server.read_request((captures / name).read_bytes(), recipients=[captured_ca])

    assert (request.request_cipher, request.request_digest) == (cipher, Digest.SHA_1)
    assert cms.read_csr(request.csr_der).subject.endswith(f"CN={common_name}")
    assert (request.challenge, request.transaction_id) == (challenge, transaction)
    assert len(request.sender_nonce) == 16


def test_strongswan_names_the_transaction_after_its_key(captures: Path) -> None:
    message = verified((captures / STRONGSWAN).read_bytes())
    [signer] = [cms.read_certificate(der) for der in message.certificates]

    assert signer.serial_hex == read_header(message).transaction_id
    assert signer.is_self_issued


@pytest.mark.conformance("C34", "C46", "D26")
@pytest.mark.parametrize(
    ("name", "request_name", "key", "subject"),
    [
        (
            "scepserver-2.1.0-CertRep-SUCCESS-descbc-constructed.der",
            SCEPCLIENT,
            "client.key",
            "C=US, O=scep-client, OU=MDM, CN=scepclient",
        ),
        (
            "scepserver-2.1.0-CertRep-SUCCESS-to-strongswan.der",
            STRONGSWAN,
            "strongswan-client.key",
            "C=CH, O=strong, CN=sw3.example",
        ),
    ],
)
def test_successes_decrypt_with_the_key_of_the_client(
    captures: Path, captured_ca: Identity, name: str, request_name: str, key: str, subject: str
) -> None:
    sent = cms.read_signed((captures / request_name).read_bytes())
    header = read_header(sent)
    recipient = Identity(sent.certificates[0], load_key(captures / key))
    expected = Expected(
        PkcsReq(header.transaction_id, header.sender_nonce or Nonce(b""), b""),
        recipient,
        (cms.read_certificate(captured_ca.certificate_der),),
    )

    rep = decode_reply((captures / name).read_bytes(), expected)

    assert (rep.status, rep.digest, rep.cipher) == (PkiStatus.SUCCESS, Digest.SHA_1, Cipher.DES)
    assert rep.key_transport is KeyTransport.PKCS1
    assert cms.read_certificate(rep.certificates[0]).subject == subject
    assert rep.sender_nonce == header.sender_nonce
    assert rep.signed_by == "C=US, O=scep-ca, OU=SCEP CA"


@pytest.mark.conformance("C48", "C49")
def test_the_failure_has_a_reason_and_an_empty_content(captures: Path) -> None:
    body = (captures / "scepserver-2.1.0-CertRep-FAILURE-badRequest.der").read_bytes()
    message = verified(body)
    header = read_header(message)

    assert (header.message_type, header.status, header.fail_info) == (3, "2", "2")
    assert FailInfo(int(header.fail_info)) is FailInfo.BAD_REQUEST
    assert message.content == b""


def test_the_issued_certificate_is_that_of_the_client(
    captures: Path, captured_ca: Identity
) -> None:
    issued = cms.read_certificate(der_of(captures / "client-issued.pem"))

    issued.verify_issued_by(cms.read_certificate(captured_ca.certificate_der))


@pytest.mark.conformance("C02")
def test_the_capabilities_come_without_a_final_newline(captures: Path) -> None:
    body = (captures / "scepserver-2.1.0-GetCACaps.txt").read_bytes()

    parsed = capabilities.parse(body)

    assert (len(body), body[-1:]) == (60, b"n")
    assert parsed.known == {
        Capability.RENEWAL,
        Capability.SHA_1,
        Capability.SHA_256,
        Capability.AES,
        Capability.DES3,
        Capability.SCEP_STANDARD,
        Capability.POST,
    }


@pytest.mark.conformance("C15")
def test_the_ca_certificate_comes_alone(captures: Path, captured_ca: Identity) -> None:
    bundle = read_bundle((captures / "scepserver-2.1.0-GetCACert.der").read_bytes())

    assert [one.der for one in bundle.certificates] == [captured_ca.certificate_der]
