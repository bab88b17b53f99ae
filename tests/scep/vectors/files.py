"""How the files of others are read, with ``cryptography``."""

import base64
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from scep import cms
from scep.messages import Identity


def der_of(path: Path) -> bytes:
    """Give the DER of a file that may be PEM."""
    content = path.read_bytes()
    if b"-----BEGIN" not in content:
        return content
    return base64.b64decode(b"".join(content.split(b"-----")[2].split()))


def load_key(path: Path, password: bytes | None = None) -> RSAPrivateKey:
    """A key file."""
    key = load_pem_private_key(path.read_bytes(), password)
    assert isinstance(key, RSAPrivateKey)
    return key


def load_identity(certificate: Path, key: Path, password: bytes | None = None) -> Identity:
    """A certificate file with its key file."""
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    private = load_key(key, password)
    assert private.public_key() == loaded.public_key()
    return Identity(loaded.public_bytes(Encoding.DER), private)


def verified(body: bytes) -> cms.SignedMessage:
    """Read a message that carries its signer's certificate, and verify it."""
    message = cms.read_signed(body)
    message.verify([cms.read_certificate(der) for der in message.certificates])
    return message
