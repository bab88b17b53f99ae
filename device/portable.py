"""Secrets in configuration files: out as they are sealed, and in again on any device.

A file carries the rows of its secrets and the data keys that seal them, wrapped by the master key.
So whoever has the file alone has no secret, and a device with the same master key has them all. A
MAC under the data key says what each secret is for: nobody without the master key can make a file
in which, say, a private key stands where a password is sent to a server.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from device import master_key, secrets
from device.master_key import MasterKey, MasterKeyMissing, MasterKeyWrong
from device.models import DataKey, Secret
from device.sealed import SealedSecret, SealedSecrets
from domain.errors import Problem, Refused

_BATCH: Final = 500


class MasterKeyNeeded(Refused):
    """The secrets of a file are sealed under a master key that is not here."""

    def __init__(self, key_id: str) -> None:
        message = f"The secrets in this file are sealed under the master key {key_id}."
        hint = (
            "Give the master.key file of the device that wrote the file, or import without "
            "secrets and enter them again."
        )
        super().__init__(message, hint=hint, problems=[Problem("master_key", message)])


class SealBroken(Refused):
    """A sealed secret of a file was changed, or is not there."""

    def __init__(self, what: str) -> None:
        hint = "Nothing was changed. Take another file, or import without secrets."
        super().__init__(f"The table of secrets in this file is damaged: {what}", hint=hint)


def sealed_copies(uuids: Collection[UUID]) -> SealedSecrets | None:
    """Return secrets as they are sealed here; None when none of them exists.

    Raises:
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    copies: list[SealedSecret] = []
    keys: dict[UUID, DataKey] = {}
    for row in secrets.rows(uuids):
        key = keys.setdefault(row.data_key_id, row.data_key)
        copies.append(
            SealedSecret(
                uuid=row.uuid,
                data_key=key.uuid,
                purpose=row.purpose,
                mac=_mac(secrets.unwrapped(key), row.uuid, row.purpose),
                sealed=bytes(row.sealed),
            )
        )
    if not copies:
        return None
    # All data keys are wrapped by one master key: they are wrapped anew in one transaction.
    master_key_id = next(iter(keys.values())).master_key_id
    wrapped = {uuid: bytes(key.wrapped) for uuid, key in keys.items()}
    return SealedSecrets(master_key_id, wrapped, tuple(copies))


def own(wanted: Mapping[str, str]) -> dict[str, UUID]:
    """Return which texts are placeholders that this device has made, with their secrets.

    Args:
        wanted: what each text stands for: the purpose of its secret. A placeholder of a secret
            with another purpose is none.
    """
    parts = _parts(wanted)
    found = secrets.placeholders(parts.values())
    purposes = {row.uuid: row.purpose for row in secrets.rows(found)}
    return {
        text: uuid
        for text, uuid in parts.items()
        if found.get(uuid) == text and purposes[uuid] == wanted[text]
    }


def take_over(
    wanted: Mapping[str, str], sealed: SealedSecrets, *, given: MasterKey | None, at: datetime
) -> dict[str, UUID]:
    """Store the secrets of a file under this device's own data key; call it in a transaction.

    A secret keeps its UUID, so that the same file brings the same configuration. One that is here
    already stays as it is.

    Args:
        wanted: the placeholders in the file, each with the purpose of its secret.
        sealed: the file's table.
        given: a master key beside this device's own; None without one.
        at: the time.

    Returns:
        The secret of each placeholder that the table has.

    Raises:
        MasterKeyNeeded: neither master key is the one that the table names.
        MasterKeyMissing: the master key file of this device is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
        SealBroken: the table was changed.
    """
    listed = {one.uuid: one for one in sealed.secrets}
    parts = {text: uuid for text, uuid in _parts(wanted).items() if uuid in listed}
    if not parts:
        return {}
    opened = _Opener(sealed, _master_key(sealed.master_key_id, given))
    plain = {uuid: opened.open(listed[uuid], wanted[text]) for text, uuid in parts.items()}
    known = {row.uuid: row.purpose for row in secrets.rows(plain)}
    if any(known[uuid] != listed[uuid].purpose for uuid in known):
        raise SealBroken("a secret of this device is for something else.")
    _store({uuid: plain[uuid] for uuid in plain if uuid not in known}, listed, at)
    return parts


class _Opener:
    """Opens the secrets of a table; each data key is unwrapped once."""

    def __init__(self, sealed: SealedSecrets, master: MasterKey) -> None:
        self._sealed = sealed
        self._master = master
        self._keys: dict[UUID, bytes] = {}

    def open(self, one: SealedSecret, purpose: str) -> bytes:
        """Return a secret.

        Raises:
            SealBroken: it was changed, or is for something else.
        """
        key = self._keys.get(one.data_key) or self._unwrap(one.data_key)
        mac = _mac(key, one.uuid, one.purpose)
        if one.purpose != purpose or not hmac.compare_digest(mac, one.mac):
            raise SealBroken("a secret stands where it does not belong.")
        try:
            return master_key.decrypt(key, one.sealed, associated=one.uuid.bytes)
        except InvalidTag as error:
            raise SealBroken("a sealed secret was changed.") from error

    def _unwrap(self, uuid: UUID) -> bytes:
        wrapped = self._sealed.data_keys.get(uuid)
        if wrapped is None:
            raise SealBroken("a data key is missing.")
        try:
            key = self._master.unwrap(
                wrapped, key_id=self._sealed.master_key_id, associated=uuid.bytes
            )
        except MasterKeyWrong as error:
            raise SealBroken("a data key was changed.") from error
        self._keys[uuid] = key
        return key


def _master_key(key_id: str, given: MasterKey | None) -> MasterKey:
    if given is not None and given.id == key_id:
        return given
    try:
        own_key = master_key.load(key_id)
    except MasterKeyMissing as error:
        raise MasterKeyNeeded(key_id) from error
    if own_key.id != key_id:
        raise MasterKeyNeeded(key_id)
    return own_key


def _store(plain: Mapping[UUID, bytes], listed: Mapping[UUID, SealedSecret], at: datetime) -> None:
    if not plain:
        return
    data_key = secrets.current_data_key(at)
    key = secrets.unwrapped(data_key)
    fresh = [
        Secret(
            uuid=uuid,
            data_key=data_key,
            sealed=master_key.encrypt(key, value, associated=uuid.bytes),
            purpose=listed[uuid].purpose,
            created_at=at,
        )
        for uuid, value in plain.items()
    ]
    Secret.objects.bulk_create(fresh, _BATCH)


def _parts(texts: Collection[str]) -> dict[str, UUID]:
    found = {}
    for text in texts:
        try:
            found[text] = secrets.parts_of_placeholder(text)[1]
        except secrets.PlaceholderForeign:
            continue
    return found


def _mac(key: bytes, uuid: UUID, purpose: str) -> bytes:
    message = b"scepadmin portable secret\0" + uuid.bytes + purpose.encode()
    return hmac.new(key, message, hashlib.sha256).digest()
