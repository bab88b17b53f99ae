"""The device's master key: a file beside the database that wraps the data keys.

The file holds 32 random bytes as one line of hexadecimal digits, mode 0600. Whoever has both the
file and the database has every secret; the database alone is worth nothing. So the file is made
once, never replaced silently, and a missing or foreign one is an error that says what to do.

While the key is changed there are two files: the new key stands in ``master.key.new`` before the
database uses it, and takes the other's place afterwards. A kill at any point leaves the key that
the database needs in one of them.
"""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from django.conf import settings

from domain.errors import Refused

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_HEX_KEY: Final = re.compile(r"[0-9a-f]{64}")


class MasterKeyMissing(Refused):
    """There is no master key file, or nothing usable in it."""


class MasterKeyWrong(Refused):
    """The master key file is another device's, or another time's."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that wraps data keys.

    Attributes:
        id: tells which key wrapped something; says nothing about the key.
    """

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """First 16 hexadecimal digits of a hash of the key."""
        return hashlib.sha256(b"scepadmin master key id\0" + self.key).hexdigest()[:16]

    def wrap(self, data_key: bytes, *, associated: bytes) -> bytes:
        """Encrypt a data key; ``associated`` must be the same when it is unwrapped."""
        return encrypt(self.key, data_key, associated=associated)

    def unwrap(self, wrapped: bytes, *, key_id: str, associated: bytes) -> bytes:
        """Decrypt a data key.

        Raises:
            MasterKeyWrong: another master key wrapped it, or it was changed.
        """
        if key_id == self.id:
            try:
                return decrypt(self.key, wrapped, associated=associated)
            except InvalidTag:
                pass
        raise MasterKeyWrong(
            f"The master key in {path()} is not the one that protects this device's secrets.",
            hint="Put back the master.key file that belongs to this database, from the backup "
            "made together with it. Without it, stored passwords and private keys cannot be read.",
        )


def from_text(text: str) -> MasterKey:
    """Read a master key that somebody has given, as it stands in its file.

    Raises:
        MasterKeyMissing: this is none; the text is not repeated.
    """
    digits = text.strip()
    if not _HEX_KEY.fullmatch(digits):
        raise MasterKeyMissing(
            "This is not a master key.", hint="It is one line of 64 hexadecimal digits."
        )
    return MasterKey(bytes.fromhex(digits))


def path() -> Path:
    """Return where the master key file is."""
    return Path(settings.DATA_DIR) / "master.key"


def next_path() -> Path:
    """Return where a new key stands while the key is being changed."""
    return path().with_name("master.key.new")


def load(key_id: str = "") -> MasterKey:
    """Read the master key.

    Args:
        key_id: which key is needed; while the key is being changed it may be the new one.

    Raises:
        MasterKeyMissing: there is no file, or what is in it is not a master key.
    """
    if key_id and next_path().exists():
        try:
            fresh = _read(next_path())
        except MasterKeyMissing:
            pass  # It has just taken the old one's place, or was never whole.
        else:
            if fresh.id == key_id:
                return fresh
    return _read(path())


def write_next() -> MasterKey:
    """Make a new key beside the present one; :func:`settle` makes it the master key."""
    next_path().unlink(missing_ok=True)
    fresh = MasterKey(secrets.token_bytes(KEY_BYTES))
    _write_durably(next_path(), fresh.key.hex() + "\n")
    _force_folder(path().parent)
    return fresh


def settle(key_id: str) -> None:
    """End a change of the key: the file of the key that is in use stays, the other one goes.

    Args:
        key_id: the key that the database uses.
    """
    if not next_path().exists():
        return
    if load(key_id).id == key_id != _id_in(path()):
        next_path().replace(path())
    else:
        next_path().unlink()
    _force_folder(path().parent)


def create_if_missing() -> None:
    """Make the master key file, unless there is one.

    The file appears whole or not at all: it is written under another name, forced to disk, and
    linked to its own name, which fails when that exists. The caller makes sure that no data key
    needs an earlier file.
    """
    file = path()
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        _write_durably(draft, secrets.token_bytes(KEY_BYTES).hex() + "\n")
        os.link(draft, file)
    except FileExistsError:
        pass  # Another process was first; its key is the device's.
    finally:
        draft.unlink(missing_ok=True)
    _force_folder(file.parent)


def encrypt(key: bytes, plaintext: bytes, *, associated: bytes) -> bytes:
    """Encrypt with AES-256-GCM under a fresh nonce, which comes first in the result."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def decrypt(key: bytes, sealed: bytes, *, associated: bytes) -> bytes:
    """Decrypt what :func:`encrypt` made.

    Raises:
        cryptography.exceptions.InvalidTag: other key, other associated data, or changed.
    """
    if len(sealed) < NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)


def _read(file: Path) -> MasterKey:
    hint = (
        "Put back the master.key file that belongs to this database, from a backup. To begin "
        "anew without the stored secrets, stop the program and remove the whole data folder."
    )
    try:
        return from_text(file.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise MasterKeyMissing(f"The master key file {file} is missing.", hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise MasterKeyMissing(f"The master key file {file} cannot be read.", hint=hint) from error
    except MasterKeyMissing as error:
        message = f"The file {file} does not hold a master key."
        raise MasterKeyMissing(message, hint=hint) from error


def _id_in(file: Path) -> str:
    try:
        return _read(file).id
    except MasterKeyMissing:
        return ""


def _write_durably(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _force_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
