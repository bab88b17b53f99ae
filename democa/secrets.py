"""The CA's private keys, challenge passwords and NTLM users: for their owner's eyes only."""

import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from django.conf import settings

from democa.certificate import CaKey
from domain.errors import Refused
from webui import private_file

_NONCE_BYTES: Final = 12


class KeyMissing(Refused):
    """A private key of the CA is gone while its certificate is still there."""


def write_key(role: str, generation: int, key: CaKey) -> None:
    """Store a key of a CA, replacing the one there may be."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    private_file.write(_path(role, generation), pem)


def read_key(role: str, generation: int) -> CaKey:
    """Read a key of a CA. Its primes are not tested again (30 ms): it is our own file.

    Raises:
        KeyMissing: the file is not there or holds no key.
    """
    path = _path(role, generation)
    try:
        key = serialization.load_pem_private_key(
            path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _missing(path) from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise _missing(path)
    return key


def seal(text: str, *, belongs_to: str) -> bytes:
    """Encrypt a challenge password that has to be known again (AES-256-GCM).

    Args:
        text: the password.
        belongs_to: what it is the password of; opened for anything else, it is unreadable.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, text.encode(), belongs_to.encode())


def unseal(sealed: bytes, *, belongs_to: str) -> str:
    """Give back what :func:`seal` was given; nothing when its key was lost."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher().decrypt(nonce, rest, belongs_to.encode()).decode()
    except InvalidTag:
        return ""


def ntlm_users() -> Path:
    """The file of the users that may sign in by NTLM; not there before a password was set."""
    return Path(settings.DATA_DIR) / "ntlm-users"


def write_ntlm_users(text: str) -> None:
    """Replace the file of NTLM users."""
    private_file.write(ntlm_users(), text.encode("utf-8"))


def _path(role: str, generation: int) -> Path:
    name = role if generation == 1 else f"{role}-{generation}"
    return Path(settings.DATA_DIR) / f"{name}.key"


def _missing(path: Path) -> KeyMissing:
    message = f"The demo CA has lost its private key {path}."
    return KeyMissing(
        message, hint="Put the file back, or delete the folder to start with a new demo CA."
    )


def _cipher() -> AESGCM:
    path = Path(settings.DATA_DIR) / "challenge-seal"
    return AESGCM(private_file.read_or_make(path, lambda: AESGCM.generate_key(bit_length=256)))
