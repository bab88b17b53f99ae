"""Envelopes that OpenSSL 3.0.19 wrote for the CA of the captures."""

from pathlib import Path

import pytest

from scep import cms
from scep.cms import Unsupported
from scep.messages import Identity
from scep.vocabulary import Cipher, Digest, KeyTransport
from tests.scep.vectors.files import load_identity

FOLDER = Path(__file__).parents[2] / "vectors" / "openssl-cms"


@pytest.fixture
def captured_ca(captures: Path) -> Identity:
    return load_identity(captures / "ca.pem", captures / "ca.key")


@pytest.mark.conformance("C34")
@pytest.mark.parametrize(
    ("name", "cipher", "transport"),
    [
        ("indefinite-aes256.der", Cipher.AES_256, KeyTransport.PKCS1),
        ("keyid-aes128.der", Cipher.AES_128, KeyTransport.PKCS1),
        ("two-recipients-3des.der", Cipher.DES3, KeyTransport.PKCS1),
        ("pwri-and-key-aes256.der", Cipher.AES_256, KeyTransport.PKCS1),
        ("oaep-sha1-aes128.der", Cipher.AES_128, KeyTransport.OAEP),
        ("oaep-sha256-aes192.der", Cipher.AES_192, KeyTransport.OAEP),
        ("oaep-sha256-mgf1-sha1-aes256.der", Cipher.AES_256, KeyTransport.OAEP),
    ],
)
def test_envelopes_in_every_dress_open_with_the_key(
    captured_ca: Identity, name: str, cipher: Cipher, transport: KeyTransport
) -> None:
    envelope = cms.read_envelope((FOLDER / name).read_bytes())

    opened = envelope.open([captured_ca], ["wrong"])

    assert (envelope.cipher, opened.transport) == (cipher, transport)
    assert cms.read_csr(opened.content).challenge == "secret"


@pytest.mark.conformance("C34", "C35")
@pytest.mark.parametrize(
    ("name", "cipher"),
    [
        ("pwri-aes128.der", Cipher.AES_128),
        ("pwri-3des-indefinite.der", Cipher.DES3),
        ("pwri-and-key-aes256.der", Cipher.AES_256),
    ],
)
def test_envelopes_with_a_password_open_with_it(name: str, cipher: Cipher) -> None:
    envelope = cms.read_envelope((FOLDER / name).read_bytes())

    opened = envelope.open([], ["wrong", "secret"])

    assert (envelope.cipher, opened.transport) == (cipher, KeyTransport.PASSWORD)
    assert cms.read_csr(opened.content).challenge == "secret"


def test_the_digests_of_oaep_are_told_apart() -> None:
    envelope = cms.read_envelope((FOLDER / "oaep-sha256-mgf1-sha1-aes256.der").read_bytes())

    [recipient] = envelope.recipients
    assert (recipient.oaep_digest, recipient.oaep_mask_digest) == (Digest.SHA_256, Digest.SHA_1)


@pytest.mark.parametrize(("name", "words"), [("aes256-gcm.der", "AES-GCM"), ("rc2.der", "RC2-CBC")])
def test_what_we_do_not_have_is_named(name: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words) as caught:
        cms.read_envelope((FOLDER / name).read_bytes())

    assert "AES-128-CBC" in caught.value.hint
