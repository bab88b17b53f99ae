"""The table of sealed secrets at the end of a file."""

import base64
import binascii
import re
from typing import Final
from uuid import UUID

from lxml import etree

from configuration.file_format.errors import unusable
from device.sealed import SealedSecret, SealedSecrets

_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")


class SecretTable:
    """Collects the rows of the table as they are read."""

    def __init__(self, master_key_id: str) -> None:
        self._master_key_id = master_key_id
        self._data_keys: dict[UUID, bytes] = {}
        self._secrets: dict[UUID, SealedSecret] = {}

    def add(self, row: etree._Element, line: int) -> None:
        """Take a row.

        Raises:
            FileUnusable: it is none, or broken.
        """
        if not _KEY_ID.fullmatch(self._master_key_id):
            raise unusable(line, "the table of secrets does not name its master key.")
        try:
            self._add(row)
        except (KeyError, ValueError, binascii.Error) as error:
            raise unusable(line, "this row of the table of secrets is damaged.") from error

    def result(self) -> SealedSecrets | None:
        """Return the table; None when it has no secrets."""
        if not self._secrets:
            return None
        return SealedSecrets(self._master_key_id, self._data_keys, tuple(self._secrets.values()))

    def _add(self, row: etree._Element) -> None:
        attributes = {str(name): str(value) for name, value in row.attrib.items()}
        uuid = UUID(attributes["uuid"])
        octets = base64.b64decode((row.text or "").encode("ascii"), validate=True)
        if row.tag == "data-key":
            self._data_keys[uuid] = octets
            return
        if row.tag != "secret" or uuid in self._secrets:
            raise ValueError(row.tag)
        self._secrets[uuid] = SealedSecret(
            uuid=uuid,
            data_key=UUID(attributes["data-key"]),
            purpose=attributes["purpose"],
            mac=base64.b64decode(attributes["mac"].encode("ascii"), validate=True),
            sealed=octets,
        )


def write_table(parent: etree._Element, sealed: SealedSecrets) -> None:
    """Write the table, data keys first, each in the order of the UUIDs."""
    table = etree.SubElement(parent, "secrets", {"master-key": sealed.master_key_id})
    for uuid, wrapped in sorted(sealed.data_keys.items()):
        etree.SubElement(table, "data-key", uuid=str(uuid)).text = _base64(wrapped)
    for one in sorted(sealed.secrets, key=lambda one: one.uuid):
        attributes = {
            "uuid": str(one.uuid),
            "data-key": str(one.data_key),
            "purpose": one.purpose,
            "mac": _base64(one.mac),
        }
        etree.SubElement(table, "secret", attributes).text = _base64(one.sealed)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
