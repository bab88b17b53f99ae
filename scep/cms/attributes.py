"""Attributes of messages and requests, read leniently where servers differ."""

from typing import Final, Literal

from scep.cms import ber, schema
from scep.cms.errors import Unreadable, reading
from scep.cms.names import ENCODINGS

_INTEGER: Final = 0x02
_OCTET_STRING: Final = 0x04
_MAX_INTEGER_BYTES: Final = 64
"""Longest number read: certmonger's transaction id has 32."""


def attribute_values(attributes: schema.Value) -> dict[str, tuple[schema.Value, ...]]:
    """Collect attributes by dotted OID, with their raw values.

    Raises:
        Unreadable: an attribute stands there twice.
    """
    values: dict[str, tuple[schema.Value, ...]] = {}
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid in values:
            raise Unreadable(f"The attribute {oid} stands there twice.")
        values[oid] = tuple(attribute["values"])
    return values


def text_value(value: schema.Value, errors: Literal["strict", "replace"] = "strict") -> str:
    """Read an attribute value of any string type, or a number, as text.

    Servers disagree about the types (PrintableString, UTF8String, NumericString, INTEGER...).

    Args:
        value: as parsed.
        errors: what to do with octets that are not in the type's character set.

    Raises:
        Unreadable: another type, or other octets.
    """
    with reading("text of an attribute"):
        [(identifier, _, contents)] = ber.elements(value.dump())
    if identifier == _INTEGER and 0 < len(contents) <= _MAX_INTEGER_BYTES:
        return str(int.from_bytes(contents, "big", signed=True))
    return string_value(value, errors)


def string_value(value: schema.Value, errors: Literal["strict", "replace"] = "strict") -> str:
    """Read an attribute value of any string type; arguments as for :func:`text_value`.

    Raises:
        Unreadable: another type, or other octets.
    """
    with reading("text of an attribute"):
        [(identifier, _, contents)] = ber.elements(value.dump())
        if identifier not in ENCODINGS:
            raise Unreadable("An attribute is neither text nor a number.")
        return contents.decode(ENCODINGS[identifier], errors)


def octets_value(value: schema.Value) -> bytes:
    """Read an attribute value that is an OCTET STRING.

    Raises:
        Unreadable: another type.
    """
    with reading("octets of an attribute"):
        [(identifier, _, contents)] = ber.elements(value.dump())
    if identifier != _OCTET_STRING:
        raise Unreadable("An attribute is not an octet string.")
    return contents
