"""How much work the passphrase of a PKCS#12 file makes, seen before it is tried (RFC 7292).

What lies inside encrypted parts cannot be seen before; whoever wrote it knows the passphrase.
"""

from collections.abc import Iterator
from typing import Final

from pki import asn1

_DATA: Final = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA: Final = "1.2.840.113549.1.7.6"
_SHROUDED_KEY: Final = "1.2.840.113549.1.12.10.1.2"


def pkcs12_work(pfx: bytes) -> int:
    """Return the most iterations that any visible part asks for.

    Raises:
        ValueError: the file is not PKCS#12.
        IndexError: likewise.
    """
    _, safe, *mac = asn1.children(pfx)
    _, content = asn1.children(safe)
    (octets,) = asn1.children(content)
    works = [work for part in asn1.children(asn1.octets(octets)) for work in _of_part(part)]
    if mac:
        works += [int(asn1.plain(member)) for member in asn1.children(mac[0])[2:]]
    return max(works, default=0)


def _of_part(part: bytes) -> Iterator[int]:
    oid, content = asn1.children(part)
    (inner,) = asn1.children(content)
    kind = asn1.plain(oid)
    if kind == _ENCRYPTED_DATA:
        _, info = asn1.children(inner)[:2]
        yield asn1.derivation_work(asn1.children(info)[1])
    elif kind == _DATA:
        for bag in asn1.children(asn1.octets(inner)):
            bag_oid, value = asn1.children(bag)[:2]
            if asn1.plain(bag_oid) == _SHROUDED_KEY:
                yield asn1.passphrase_work(asn1.children(value)[0])
