"""Secrets at rest: passwords and private keys, sealed one by one.

A secret is sealed with AES-256-GCM under a data key, bound to its row's UUID; the data key is
wrapped by the master key, bound to the data key's UUID. Unwrapped data keys are kept in the memory
of this process and nowhere else. In configuration texts a secret is its UUID; what people see
instead is a placeholder that means something on this device only.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag

from device import master_key
from device.master_key import MasterKey
from device.models import DataKey, Secret
from domain.errors import Refused

_PREFIX: Final = "-AQ=="
_DIGEST_BYTES: Final = 20
_DIGEST_CHARS: Final = 28
"""20 bytes in base64, padding included."""

_AT_ONCE: Final = 500
"""How many rows one statement names."""

_UNWRAPPED: Final[dict[UUID, bytes]] = {}
_LOCK: Final = threading.Lock()


class SecretUnreadable(Refused):
    """A stored secret is gone, was changed, or is not where it belongs."""


class PlaceholderForeign(Refused):
    """A placeholder of another device, or not a placeholder at all."""


def seal(plaintext: bytes, *, purpose: str, at: datetime) -> UUID:
    """Store a secret.

    Args:
        plaintext: the secret.
        purpose: what it is, in a word or two; shown to nobody but people who read the table.
        at: the moment it is stored.

    Raises:
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    data_key = current_data_key(at)
    uuid = uuid4()
    sealed = master_key.encrypt(unwrapped(data_key), plaintext, associated=uuid.bytes)
    Secret.objects.create(
        uuid=uuid, data_key=data_key, sealed=sealed, purpose=purpose, created_at=at
    )
    return uuid


def unseal(uuid: UUID) -> bytes:
    """Return a stored secret.

    Raises:
        SecretUnreadable: there is none with this UUID, or it was changed or moved.
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    row = Secret.objects.select_related("data_key").filter(uuid=uuid).first()
    if row is None:
        raise SecretUnreadable("A stored secret no longer exists.", hint=_ENTER_AGAIN)
    try:
        return master_key.decrypt(
            unwrapped(row.data_key), bytes(row.sealed), associated=row.uuid.bytes
        )
    except InvalidTag as error:
        raise SecretUnreadable(
            "A stored secret was changed outside the program and cannot be read.",
            hint=_ENTER_AGAIN,
        ) from error


def exchange(uuid: UUID, plaintext: bytes) -> None:
    """Put something else in the place of a stored secret: what refers to it stays as it is.

    For hashes of admins' passwords only; every other secret is immutable.

    Raises:
        SecretUnreadable: there is none with this UUID.
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    row = Secret.objects.select_for_update().select_related("data_key").filter(uuid=uuid).first()
    if row is None:
        raise SecretUnreadable("A stored secret no longer exists.", hint=_ENTER_AGAIN)
    row.sealed = master_key.encrypt(unwrapped(row.data_key), plaintext, associated=uuid.bytes)
    row.save(update_fields=["sealed"])


def forget(uuid: UUID) -> None:
    """Remove a secret for good; removing it twice is the same as once."""
    Secret.objects.filter(uuid=uuid).delete()


def placeholder(uuid: UUID) -> str:
    """Return the text that stands for a secret wherever people or programs may read it.

    It is the same each time, and carries the secret's UUID with a MAC under the data key: enough
    to find the secret again on this device, nothing about its value or length.

    Raises:
        SecretUnreadable: there is no secret with this UUID.
    """
    found = placeholders([uuid])
    if not found:
        raise SecretUnreadable("A stored secret no longer exists.", hint=_ENTER_AGAIN)
    return found[uuid]


def placeholders(uuids: Collection[UUID]) -> dict[UUID, str]:
    """Return the placeholders of many secrets; those that do not exist are left out."""
    return {
        row.uuid: _PREFIX + _base64(_digest(row)) + _base64(row.uuid.bytes) for row in rows(uuids)
    }


def rows(uuids: Collection[UUID]) -> Iterator[Secret]:
    """Go through the rows of some secrets, for modules of this package."""
    listed = list(uuids)
    for start in range(0, len(listed), _AT_ONCE):
        batch = listed[start : start + _AT_ONCE]
        yield from Secret.objects.select_related("data_key").filter(uuid__in=batch)


def is_placeholder(text: str) -> bool:
    """Tell whether a text claims to be a placeholder, ours or a foreign one."""
    return text.startswith(_PREFIX)


def from_placeholder(text: str) -> UUID:
    """Return the secret a placeholder of this device stands for.

    Raises:
        PlaceholderForeign: it was not made by this device, or its secret is gone.
    """
    digest, uuid = parts_of_placeholder(text)
    row = Secret.objects.select_related("data_key").filter(uuid=uuid).first()
    if row is None or not hmac.compare_digest(digest, _digest(row)):
        raise _foreign()
    return uuid


def parts_of_placeholder(text: str) -> tuple[bytes, UUID]:
    """Return the MAC and the UUID in a text that has the form of a placeholder; neither is checked.

    Raises:
        PlaceholderForeign: it has another form.
    """
    try:
        body = text.removeprefix(_PREFIX)
        digest = base64.b64decode(body[:_DIGEST_CHARS], validate=True)
        return digest, UUID(bytes=base64.b64decode(body[_DIGEST_CHARS:], validate=True))
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error


def rewrap(fresh: MasterKey) -> None:
    """Wrap every data key under another master key; the secrets stay as they are.

    Raises:
        MasterKeyMissing: the present master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    for row in DataKey.objects.select_for_update():
        row.wrapped = fresh.wrap(unwrapped(row), associated=row.uuid.bytes)
        row.master_key_id = fresh.id
        row.save(update_fields=["wrapped", "master_key_id"])


def audit_chain_key(at: datetime) -> bytes:
    """Return the key that chains the log's entries; it outlives a change of the master key.

    Args:
        at: the time, for a data key that has to be made.

    Raises:
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    oldest = DataKey.objects.order_by("created_at", "uuid").first() or current_data_key(at)
    return hmac.new(unwrapped(oldest), b"scepadmin audit chain", hashlib.sha256).digest()


def forget_unwrapped_keys() -> None:
    """Drop the data keys from memory; the next use reads the master key file again."""
    with _LOCK:
        _UNWRAPPED.clear()


_ENTER_AGAIN: Final = "Enter the secret again where it is used."


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _foreign() -> PlaceholderForeign:
    return PlaceholderForeign(
        "This encrypted text was not made by this device.",
        hint="Enter the secret itself; the device encrypts it.",
    )


def _digest(row: Secret) -> bytes:
    message = b"scepadmin placeholder\0" + row.uuid.bytes
    return hmac.new(unwrapped(row.data_key), message, hashlib.sha256).digest()[:_DIGEST_BYTES]


def unwrapped(data_key: DataKey) -> bytes:
    """Return a data key in the clear, for modules of this package.

    Raises:
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    with _LOCK:
        known = _UNWRAPPED.get(data_key.uuid)
        if known is None:
            known = master_key.load(data_key.master_key_id).unwrap(
                bytes(data_key.wrapped),
                key_id=data_key.master_key_id,
                associated=data_key.uuid.bytes,
            )
            _UNWRAPPED[data_key.uuid] = known
        return known


def current_data_key(at: datetime) -> DataKey:
    """Return the key that seals new secrets, for modules of this package; the first makes it.

    Raises:
        MasterKeyMissing: the master key file is gone.
    """
    existing = DataKey.objects.filter(is_current=True).first()
    if existing is not None:
        return existing
    if not DataKey.objects.exists():
        # The file is on disk before the first key that needs it is in the database.
        master_key.create_if_missing()
    master = master_key.load()
    uuid = uuid4()
    fresh = {
        "uuid": uuid,
        "master_key_id": master.id,
        "wrapped": master.wrap(secrets.token_bytes(master_key.KEY_BYTES), associated=uuid.bytes),
        "created_at": at,
    }
    # Another process may make the first key at the same moment; the database keeps one.
    return DataKey.objects.get_or_create(is_current=True, defaults=fresh)[0]
