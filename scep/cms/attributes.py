"""Attributes of messages and requests, extensions of certificates, cut out of their bytes.

What they hold is read leniently where servers differ.
"""

from typing import Final, Literal

from scep.cms import ber, schema
from scep.cms.errors import Unreadable, reading
from scep.cms.names import ENCODINGS

_INTEGER: Final = 0x02
_OCTET_STRING: Final = 0x04
_OBJECT_IDENTIFIER: Final = 0x06
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_EXTENSIONS: Final = ((0x30, 0x06, 0x04), (0x30, 0x06, 0x01, 0x04))
"""What an extension looks like, without and with the BOOLEAN that says whether it is critical."""

_MAX_INTEGER_BYTES: Final = 64
"""Longest number read: certmonger's transaction id has 32."""


def attribute_values(contents: bytes) -> dict[str, tuple[bytes, ...]]:
    """Collect the attributes of a SET OF Attribute by dotted OID, each value as it came.

    Args:
        contents: of the set, normalized.

    Raises:
        Unreadable: an attribute stands there twice, or is none.
    """
    values: dict[str, tuple[bytes, ...]] = {}
    for kind, _, attribute in ber.elements(contents):
        parts = list(ber.elements(attribute))
        tags = tuple(tag for tag, _, _ in parts)
        if (kind, tags) != (_SEQUENCE, (_OBJECT_IDENTIFIER, _SET)):
            raise Unreadable("An attribute is not an identifier with its values.")
        oid = schema.dotted(parts[0][1])
        if oid in values:
            raise Unreadable(f"The attribute {oid} stands there twice.")
        values[oid] = tuple(value for _, value, _ in ber.elements(parts[1][2]))
    return values


def extension_values(contents: bytes) -> dict[str, bytes]:
    """Collect the values of Extensions by dotted OID.

    Args:
        contents: of the sequence, normalized.

    Raises:
        Unreadable: an extension stands there twice, or is none.
    """
    found: dict[str, bytes] = {}
    for kind, _, extension in ber.elements(contents):
        parts = list(ber.elements(extension))
        if (kind, *(tag for tag, _, _ in parts)) not in _EXTENSIONS:
            raise Unreadable("An extension is not an identifier with its value.")
        oid = schema.dotted(parts[0][1])
        if oid in found:
            raise Unreadable(f"The extension {oid} stands there twice.")
        found[oid] = parts[-1][2]
    return found


def text_value(value: bytes, errors: Literal["strict", "replace"] = "strict") -> str:
    """Read an attribute value of any string type, or a number, as text.

    Servers disagree about the types (PrintableString, UTF8String, NumericString, INTEGER...).

    Args:
        value: DER.
        errors: what to do with octets that are not in the type's character set.

    Raises:
        Unreadable: another type, or other octets.
    """
    with reading("text of an attribute"):
        [(identifier, _, contents)] = ber.elements(value)
    if identifier == _INTEGER and 0 < len(contents) <= _MAX_INTEGER_BYTES:
        return str(int.from_bytes(contents, "big", signed=True))
    return string_value(value, errors)


def string_value(value: bytes, errors: Literal["strict", "replace"] = "strict") -> str:
    """Read an attribute value of any string type; arguments as for :func:`text_value`.

    Raises:
        Unreadable: another type, or other octets.
    """
    with reading("text of an attribute"):
        [(identifier, _, contents)] = ber.elements(value)
        if identifier not in ENCODINGS:
            raise Unreadable("An attribute is neither text nor a number.")
        return contents.decode(ENCODINGS[identifier], errors)


def octets_value(value: bytes) -> bytes:
    """Read an attribute value that is an OCTET STRING.

    Raises:
        Unreadable: another type.
    """
    with reading("octets of an attribute"):
        [(identifier, _, contents)] = ber.elements(value)
    if identifier != _OCTET_STRING:
        raise Unreadable("An attribute is not an octet string.")
    return contents
