"""DER, written: each function gives the bytes of one element.

Messages are put together from these rather than from asn1crypto values, which re-encode what they
hold at every level; it makes a message in a tenth of the time.
"""

from datetime import datetime
from functools import lru_cache

from asn1crypto import core

NULL = b"\x05\x00"


def element(identifier: int, contents: bytes) -> bytes:
    """Any element with a one-octet identifier."""
    return bytes((identifier,)) + length(len(contents)) + contents


def length(octets: int) -> bytes:
    """The length octets of an element, in the shortest form."""
    if octets < 0x80:
        return bytes((octets,))
    digits = octets.to_bytes((octets.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(digits),)) + digits


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return element(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """SET OF, sorted as DER has it."""
    return element(0x31, b"".join(sorted(parts)))


def tagged(number: int, *parts: bytes) -> bytes:
    """A constructed ``[number]``: explicit tagging of one part, implicit tagging of many."""
    return element(0xA0 | number, b"".join(parts))


def integer(value: int) -> bytes:
    """INTEGER."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octet_string(value: bytes) -> bytes:
    """OCTET STRING."""
    return element(0x04, value)


def bit_string(value: bytes) -> bytes:
    """BIT STRING of whole octets."""
    return element(0x03, b"\x00" + value)


def text(value: str) -> bytes:
    """PrintableString, or UTF8String for what is not ASCII.

    ASCII outside the alphabet of PrintableString is written all the same: it is a client's
    transaction id that must go back as it came.
    """
    return element(0x13, value.encode()) if value.isascii() else utf8_string(value)


def utf8_string(value: str) -> bytes:
    """UTF8String."""
    return element(0x0C, value.encode())


def time(moment: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 4.1.2.5)."""
    whole = moment.replace(microsecond=0)
    kind = core.UTCTime if whole.year < 2050 else core.GeneralizedTime
    return bytes(kind(whole).dump())


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def algorithm(dotted: str, parameters: bytes = NULL) -> bytes:
    """AlgorithmIdentifier."""
    return sequence(oid(dotted), parameters)
