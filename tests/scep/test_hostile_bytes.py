"""Messages damaged at every octet: a value or a typed error, and never another certificate."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from scep import cms, server
from scep.codec import decode_reply
from scep.errors import ScepError
from scep.messages import Identity
from scep.vocabulary import PkiStatus
from tests.fuzzing.mutations import damaged
from tests.scep.test_codec import expected_of


def survive(message: bytes, read: Callable[[bytes], object]) -> list[object]:
    """Read a message in all its damaged forms; give what could be read in spite of it."""
    values = []
    for body in damaged(message):
        with contextlib.suppress(ScepError):
            values.append(read(body))
    return values


def test_a_damaged_success_never_gives_another_certificate(captures: Path) -> None:
    body, expected = expected_of(
        captures,
        "scepclient-2.1.0-PKCSReq-descbc-sha1.der",
        "scepserver-2.1.0-CertRep-SUCCESS-descbc-constructed.der",
    )
    issued = decode_reply(body, expected).certificates

    values = survive(body, lambda changed: decode_reply(changed, expected).certificates)

    # Only what the signature does not cover can be changed: the certificates that come along.
    assert set(values) == {issued}


def test_a_damaged_failure_stays_a_failure(captures: Path) -> None:
    body, expected = expected_of(
        captures,
        "scepclient-2.1.0-PKCSReq-wrong-challenge.der",
        "scepserver-2.1.0-CertRep-FAILURE-badRequest.der",
    )

    values = survive(body, lambda changed: decode_reply(changed, expected).status)

    assert set(values) == {PkiStatus.FAILURE}


@pytest.fixture
def captured_ca(captures: Path) -> Identity:
    certificate = x509.load_pem_x509_certificate((captures / "ca.pem").read_bytes())
    key = load_pem_private_key((captures / "ca.key").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return Identity(certificate.public_bytes(Encoding.DER), key)


@pytest.mark.parametrize(
    "name",
    [
        "scepclient-2.1.0-PKCSReq-descbc-sha1.der",
        "strongswan-pki-5.9.8-PKCSReq-3des-sha1.der",
    ],
)
def test_a_damaged_request_gives_the_same_request_or_a_refusal(
    captures: Path, captured_ca: Identity, name: str
) -> None:
    body = (captures / name).read_bytes()
    whole = server.read_request(body, recipients=[captured_ca])

    values = survive(
        body, lambda changed: server.read_request(changed, recipients=[captured_ca]).csr_der
    )

    assert set(values) <= {whole.csr_der}


def test_a_damaged_csr_is_read_or_refused_but_never_crashes(
    captures: Path, captured_ca: Identity
) -> None:
    body = (captures / "strongswan-pki-5.9.8-PKCSReq-3des-sha1.der").read_bytes()
    csr_der = server.read_request(body, recipients=[captured_ca]).csr_der

    def read(changed: bytes) -> object:
        csr = cms.read_csr(changed)
        names = (csr.subject, csr.alternative_names, csr.key_usage, csr.rsa_bits)
        csr.verify()
        return names

    assert len(set(survive(csr_der, read))) <= 1
