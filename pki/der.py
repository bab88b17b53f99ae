"""DER, written: each function gives the bytes of one element.

Messages and requests are put together from these rather than from asn1crypto values, which
re-encode what they hold at every level; it makes a message in a tenth of the time.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

NULL: Final = b"\x05\x00"
TRUE: Final = b"\x01\x01\xff"


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
    """UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 4.1.2.5), given UTC."""
    if moment.year < 2050:
        return element(0x17, f"{moment:%y%m%d%H%M%SZ}".encode())
    return element(0x18, f"{moment:%Y%m%d%H%M%SZ}".encode())


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER: the first two arcs in one number, each number in octets of 7 bits."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(0x06, b"".join(_base_128(arc) for arc in (40 * first + second, *rest)))


def algorithm(dotted: str, parameters: bytes = NULL) -> bytes:
    """AlgorithmIdentifier."""
    return sequence(oid(dotted), parameters)


def _base_128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))
