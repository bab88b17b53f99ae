"""PKCS#7 and PKCS#10 of ``cryptography_vectors`` 50.0.2 (Apache-2.0 or BSD-3-Clause)."""

from pathlib import Path

import pytest

from scep import cms
from scep.cms import SignatureInvalid, Unreadable
from scep.vocabulary import Cipher, KeyTransport
from tests.scep.vectors.files import der_of, load_identity


@pytest.fixture
def pkcs7(vectors: Path) -> Path:
    return vectors / "cryptography_vectors" / "pkcs7"


@pytest.fixture
def requests(vectors: Path) -> Path:
    return vectors / "cryptography_vectors" / "x509" / "requests"


@pytest.mark.conformance("C34")
@pytest.mark.parametrize(
    ("name", "cipher", "transport"),
    [
        ("enveloped-rsa-oaep.pem", Cipher.AES_128, KeyTransport.OAEP),
        ("enveloped-triple-des.pem", Cipher.DES3, KeyTransport.PKCS1),
    ],
)
def test_envelopes_open(
    vectors: Path, pkcs7: Path, name: str, cipher: Cipher, transport: KeyTransport
) -> None:
    folder = vectors / "cryptography_vectors" / "x509" / "custom" / "ca"
    identity = load_identity(folder / "rsa_ca.pem", folder / "rsa_key.pem")

    envelope = cms.read_envelope(der_of(pkcs7 / name))
    opened = envelope.open([identity])

    assert (envelope.cipher, opened.transport) == (cipher, transport)
    assert opened.content.strip().lower() == b"hello, world!"


def test_an_envelope_for_two_is_read_without_their_keys(pkcs7: Path) -> None:
    envelope = cms.read_envelope(der_of(pkcs7 / "enveloped.pem"))

    assert envelope.cipher is Cipher.DES3
    assert [str(one.certificate_id) for one in envelope.recipients] == [
        "serial number 2253EE306D020B1F02CDF5C9C13E3ADF79A61BC2",
        "serial number 6782B45973524BC1F47147196AF0FD118AAA4C0B",
    ]


def test_an_envelope_without_content_is_empty(pkcs7: Path) -> None:
    with pytest.raises(Unreadable, match="The envelope is empty"):
        cms.read_envelope(der_of(pkcs7 / "enveloped-no-content.der"))


@pytest.mark.conformance("C15", "C17")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("amazon-roots.der", 2),
        ("amazon-roots.p7b", 2),
        ("isrg.pem", 1),
        ("authenticode.der", 1),
    ],
)
def test_bundles_hold_their_certificates(pkcs7: Path, name: str, number: int) -> None:
    certificates = cms.read_certificates(der_of(pkcs7 / name))

    assert len(certificates) == number
    assert all(cms.read_certificate(der).subject for der in certificates)


def test_a_signature_over_something_else_than_data_is_no_message(pkcs7: Path) -> None:
    with pytest.raises(Unreadable):
        cms.read_signed(der_of(pkcs7 / "authenticode.der"))


@pytest.mark.parametrize("name", ["ascii-san.pem", "non-ascii-san.pem"])
def test_certificates_with_odd_names_are_read(pkcs7: Path, name: str) -> None:
    certificate = cms.read_certificate(der_of(pkcs7 / name))

    assert all(text.isprintable() for text in certificate.alternative_names)


@pytest.mark.conformance("C24")
@pytest.mark.parametrize(
    ("name", "challenge"),
    [
        ("challenge.pem", "challenge me!"),
        ("challenge-unstructured.pem", "beauty"),
        ("rsa_sha1.pem", ""),
        ("san_rsa_sha1.pem", ""),
        ("ec_sha256.pem", ""),
        ("zero-element-attribute.pem", ""),
    ],
)
def test_requests_verify(requests: Path, name: str, challenge: str) -> None:
    csr = cms.read_csr(der_of(requests / name))

    csr.verify()
    assert csr.challenge == challenge


@pytest.mark.conformance("D49")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("challenge-invalid.der", id="a number"),
        pytest.param("challenge-multi-valued.der", id="two values"),
        pytest.param("long-form-attribute.pem", id="a long length"),
    ],
)
def test_an_odd_challenge_is_none(requests: Path, name: str) -> None:
    assert cms.read_csr(der_of(requests / name)).challenge == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("invalid_signature.pem", SignatureInvalid),
        ("rsa_md4.pem", cms.Unsupported),
        ("two_basic_constraints.pem", Unreadable),
    ],
)
def test_forged_and_broken_requests_are_refused(
    requests: Path, name: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        cms.read_csr(der_of(requests / name)).verify()


def test_two_names_of_a_request_are_read(requests: Path) -> None:
    csr = cms.read_csr(der_of(requests / "san_rsa_sha1.pem"))

    assert csr.alternative_names == ("dns:cryptography.io", "dns:sub.cryptography.io")
