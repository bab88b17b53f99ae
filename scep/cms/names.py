"""Names in certificates, as text for people and for comparison."""

from typing import Final

from scep.cms import ber, schema
from scep.cms.errors import reading

_TYPES: Final = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.42": "GN",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
}

_GENERAL_NAMES: Final = {0x81: "rfc822", 0x82: "dns", 0x86: "uri"}
_IP_ADDRESS: Final = 0x87


def name_text(name_der: bytes) -> str:
    """Write a distinguished name as ``C=US, O=Example, CN=host``, in encoded order.

    Raises:
        Unreadable: not a name.
    """
    with reading("distinguished name"):
        name = schema.Name.load(name_der)
        return ", ".join("+".join(_part_text(part) for part in parts) for parts in name)


def same_name(one_der: bytes, other_der: bytes) -> bool:
    """Compare two names: exactly, or else as people read them.

    CAs re-encode names, with other string types or other case; RFC 5280 section 7.1 calls these
    equal.
    """
    return one_der == other_der or name_text(one_der).casefold() == name_text(other_der).casefold()


def general_names(names_der: bytes) -> tuple[str, ...]:
    """Write GeneralNames as ``dns:host`` and so on; kinds we never ask for as hexadecimal.

    Raises:
        Unreadable: not GeneralNames.
    """
    with reading("subject alternative name"):
        [(_, _, contents)] = ber.elements(names_der)
        return tuple(_general_name(*item) for item in ber.elements(contents))


def _general_name(identifier: int, whole: bytes, contents: bytes) -> str:
    if identifier in _GENERAL_NAMES:
        return f"{_GENERAL_NAMES[identifier]}:{contents.decode('utf-8', 'replace')}"
    if identifier == _IP_ADDRESS and len(contents) == 4:
        return "ip:" + ".".join(str(octet) for octet in contents)
    return f"other:{whole.hex()}"


def _part_text(part: schema.Value) -> str:
    oid = part["type"].dotted
    value = part["value"].native
    text = _escape(value) if isinstance(value, str) else f"#{part['value'].dump().hex()}"
    return f"{_TYPES.get(oid, oid)}={text}"


def _escape(value: str) -> str:
    """Escape as RFC 4514 does; control characters too, because this goes to terminals and logs."""
    return "".join(_escape_character(character) for character in value)


def _escape_character(character: str) -> str:
    if character in ',+"\\<>;=':
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
