"""The CA's private keys and NTLM users: files in the data folder for their owner's eyes only."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from django.conf import settings

from domain.errors import Refused
from pki import bundle, keys
from pki.errors import CertificateUnreadable, KeyUnusable
from webui import private_file


class KeyMissing(Refused):
    """A private key of the CA is gone while its certificate is still there."""


def write_key(role: str, generation: int, key: RSAPrivateKey) -> None:
    """Store a key of a CA, replacing the one there may be."""
    private_file.write(_path(role, generation), keys.to_pem(key).encode("ascii"))


def read_key(role: str, generation: int) -> RSAPrivateKey:
    """Read a key of a CA.

    Raises:
        KeyMissing: the file is not there or holds no key.
    """
    path = _path(role, generation)
    try:
        return keys.from_pkcs8_der(bundle.from_pem(path.read_bytes(), "PRIVATE KEY")[0])
    except (FileNotFoundError, CertificateUnreadable, KeyUnusable) as error:
        message = f"The demo CA has lost its private key {path}."
        hint = "Put the file back, or delete the folder to start with a new demo CA."
        raise KeyMissing(message, hint=hint) from error


def ntlm_users() -> Path:
    """The file of the users that may sign in by NTLM; not there before a password was set."""
    return Path(settings.DATA_DIR) / "ntlm-users"


def write_ntlm_users(text: str) -> None:
    """Replace the file of NTLM users."""
    private_file.write(ntlm_users(), text.encode("utf-8"))


def _path(role: str, generation: int) -> Path:
    name = role if generation == 1 else f"{role}-{generation}"
    return Path(settings.DATA_DIR) / f"{name}.key"
