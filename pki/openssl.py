"""Names, hashes and times in the spelling of OpenSSL's tools, which the XML entry uses.

A name is what ``X509_NAME_oneline`` writes (``/C=DE/CN=fw``), its hash what ``openssl x509
-subject_hash_old`` prints. Both are made from the encoded name, byte for byte.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

from pki import asn1
from pki.errors import CertificateUnreadable
from pki.oids import ATTRIBUTE_NAMES

_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"

_OTHER_NAMES: Final = {"2.5.4.12": "title"}
"""Where OpenSSL's short name is another one than ours."""


def oneline(name_der: bytes) -> str:
    r"""Write an encoded name in slash form; ``/`` and ``+`` in values as ``\/`` and ``\+``.

    Octets that are not printable ASCII are written in hex.

    Raises:
        CertificateUnreadable: the bytes are not a name.
    """
    try:
        rdns = asn1.name_attributes(name_der)
    except (ValueError, IndexError) as error:
        raise CertificateUnreadable("The name cannot be read.") from error
    return "".join(
        ("+" if position else "/") + f"{_short_name(oid)}={_escaped(value)}"
        for rdn in rdns
        for position, (oid, value) in enumerate(rdn)
    )


def name_hash(name_der: bytes) -> str:
    """Hash an encoded name as OpenSSL did before 1.0: MD5, its first four octets, eight digits."""
    digest = hashlib.md5(name_der, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"


def time_text(moment: datetime) -> str:
    """Write a time as OpenSSL prints it: ``May  4 19:36:33 2026 GMT``, whatever the locale."""
    utc = moment.astimezone(UTC)
    month = _MONTHS[3 * utc.month - 3 : 3 * utc.month]
    return f"{month} {utc.day:2d} {utc:%H:%M:%S} {utc.year} GMT"


def _short_name(oid: str) -> str:
    return _OTHER_NAMES.get(oid) or ATTRIBUTE_NAMES.get(oid, oid)


def _escaped(value: bytes) -> str:
    return "".join(_written(octet) for octet in value)


def _written(octet: int) -> str:
    character = chr(octet)
    if character in "/+":
        return f"\\{character}"
    return character if 0x20 <= octet <= 0x7E else f"\\x{octet:02X}"
