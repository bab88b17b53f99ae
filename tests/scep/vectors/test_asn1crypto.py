"""The CMS fixtures of asn1crypto (MIT), made with OpenSSL."""

from pathlib import Path

import pytest

from scep import cms
from scep.cms import SignatureInvalid, Unreadable
from tests.scep.vectors.files import der_of, load_identity, verified


@pytest.fixture
def fixtures(vectors: Path) -> Path:
    return vectors / "asn1crypto" / "tests" / "fixtures"


@pytest.mark.parametrize("name", ["cms-enveloped.der", "cms-enveloped.pem"])
def test_the_envelope_opens(fixtures: Path, name: str) -> None:
    identity = load_identity(fixtures / "keys" / "test.crt", fixtures / "keys" / "test.key")

    opened = cms.read_envelope(der_of(fixtures / name)).open([identity])

    assert opened.content == (fixtures / "message.txt").read_bytes()


@pytest.mark.parametrize(
    "name", ["cms-signed.der", "cms-signed.pem", "pkcs7-signed.der", "pkcs7-signed.pem"]
)
def test_the_signatures_verify(fixtures: Path, name: str) -> None:
    message = verified(der_of(fixtures / name))

    # OpenSSL turned the end of the line into that of MIME.
    assert message.content.rstrip() == (fixtures / "message.txt").read_bytes().rstrip()


@pytest.mark.conformance("C50")
@pytest.mark.parametrize("name", ["cms-signed-digested.der", "pkcs7-signed-digested.der"])
def test_signatures_without_attributes_are_refused(fixtures: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="no signed attributes"):
        cms.read_signed(der_of(fixtures / name))


@pytest.mark.conformance("D10", "S10")
def test_a_message_of_indefinite_lengths_is_read_whole(fixtures: Path) -> None:
    # Its text was made anonymous after signing, so its digest must be wrong.
    message = cms.read_signed(der_of(fixtures / "cms-signed-indefinite-length.der"))

    assert len(message.content) == 57_310
    with pytest.raises(SignatureInvalid, match="content was changed"):
        message.verify([cms.read_certificate(der) for der in message.certificates])


def test_a_signature_of_openssl_over_no_content_carries_two_certificates(fixtures: Path) -> None:
    message = cms.read_signed(der_of(fixtures / "mozilla-generated-by-openssl.pkcs7.der"))

    assert (message.content, len(message.certificates)) == (b"", 2)


@pytest.mark.parametrize(
    "name", ["cms-compressed.der", "cms-digested.der", "cms-encrypted.der", "message.der"]
)
def test_other_kinds_of_content_are_refused(fixtures: Path, name: str) -> None:
    for read in (cms.read_signed, cms.read_certificates, cms.read_envelope):
        with pytest.raises(Unreadable):
            read(der_of(fixtures / name))


@pytest.mark.parametrize("name", ["test.crt", "test-inter.crt", "test-third.crt"])
def test_the_certificates_chain(fixtures: Path, name: str) -> None:
    certificate = cms.read_certificate(der_of(fixtures / "keys" / name))
    others = [
        cms.read_certificate(der_of(fixtures / "keys" / other))
        for other in ("test.crt", "test-inter.crt", "test-third.crt")
    ]

    issuers = [one for one in others if one.subject_der == certificate.issuer_der]

    assert issuers
    certificate.verify_issued_by(issuers[0])
