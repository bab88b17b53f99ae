"""Sealed secrets as a configuration file carries them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """One secret, worth nothing without the master key.

    Attributes:
        uuid: identity of the secret; the seal is bound to it.
        data_key: which data key seals it.
        purpose: what it is: ``"private key"``...
        mac: under the data key, of what must not be changed beside the sealed value: the purpose.
        sealed: nonce and ciphertext, as in the table of secrets.
    """

    uuid: UUID
    data_key: UUID
    purpose: str
    mac: bytes
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedSecrets:
    """All secrets of a file.

    Attributes:
        master_key_id: the master key that wraps the data keys.
        data_keys: wrapped data keys by their UUID.
        secrets: sealed under them.
    """

    master_key_id: str
    data_keys: Mapping[UUID, bytes] = field(repr=False)
    secrets: tuple[SealedSecret, ...] = ()
