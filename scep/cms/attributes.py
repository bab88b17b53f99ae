"""Attributes of messages and requests, read leniently where servers differ."""

from scep.cms import schema
from scep.cms.errors import Unreadable


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


def text_value(value: schema.Value) -> str:
    """Read an attribute value of any string type, or a number, as text.

    Servers disagree about the types (PrintableString, UTF8String, NumericString, INTEGER...).

    Raises:
        Unreadable: another type.
    """
    native = value.native
    if not isinstance(native, str | int):
        raise Unreadable("An attribute is neither text nor a number.")
    return str(native)


def octets_value(value: schema.Value) -> bytes:
    """Read an attribute value that is an OCTET STRING.

    Raises:
        Unreadable: another type.
    """
    native = value.native
    if not isinstance(native, bytes):
        raise Unreadable("An attribute is not an octet string.")
    return native
