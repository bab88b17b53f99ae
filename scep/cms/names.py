"""Names in certificates, as text for people and for comparison."""

from functools import lru_cache
from typing import Final

from pki import der
from scep.cms import ber, schema
from scep.cms.errors import Unreadable, reading

MAX_NAME_BYTES: Final = 4096
"""Longest name that is put into words; real ones have fewer than 300 bytes."""

_TYPES: Final = {
    der.oid(oid): word
    for oid, word in {
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
    }.items()
}

ENCODINGS: Final = {
    0x0C: "utf-8",
    0x12: "latin-1",
    0x13: "latin-1",
    0x14: "latin-1",
    0x16: "latin-1",
    0x1A: "latin-1",
    0x1B: "latin-1",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
"""Character sets of the string types."""

_GENERAL_NAMES: Final = {0x81: "rfc822", 0x82: "dns", 0x86: "uri"}
_IP_ADDRESS: Final = 0x87


def name_text(name_der: bytes) -> str:
    """Write a distinguished name as ``C=US, O=Example, CN=host``, in encoded order."""
    try:
        return _text(name_der)
    except Unreadable:
        return "(a name that is not readable)"


def serial_text(serial: int) -> str:
    """Write a serial number as OpenSSL does: upper-case hexadecimal, an even number of digits."""
    digits = f"{abs(serial):X}"
    return f"{'-' if serial < 0 else ''}{digits.zfill(len(digits) + len(digits) % 2)}"


def same_name(one_der: bytes, other_der: bytes) -> bool:
    """Compare two names: exactly, or else as people read them.

    CAs re-encode names, with other string types or other case; RFC 5280 section 7.1 calls these
    equal.
    """
    if one_der == other_der:
        return True
    try:
        return _text(one_der).casefold() == _text(other_der).casefold()
    except Unreadable:
        return False


def general_names(names_der: bytes) -> tuple[str, ...]:
    """Write GeneralNames as ``dns:host`` and so on; kinds we never ask for as hexadecimal.

    Raises:
        Unreadable: not GeneralNames.
    """
    with reading("subject alternative name"):
        [(_, _, contents)] = ber.elements(names_der)
        return tuple(_general_name(*item) for item in ber.elements(contents))


@lru_cache(maxsize=256)
def _text(name_der: bytes) -> str:
    if len(name_der) > MAX_NAME_BYTES:
        raise Unreadable("A distinguished name is longer than any real one.")
    with reading("distinguished name"):
        [(_, _, contents)] = ber.elements(name_der)
        return ", ".join(_set_text(parts) for _, _, parts in ber.elements(contents))


def _set_text(parts: bytes) -> str:
    return "+".join(_part_text(part) for _, _, part in ber.elements(parts))


def _part_text(part: bytes) -> str:
    (_, oid, _), (identifier, whole, value) = ber.elements(part)
    word = _TYPES.get(oid) or schema.ObjectIdentifier.load(oid).dotted
    encoding = ENCODINGS.get(identifier)
    text = escape(value.decode(encoding, "replace")) if encoding else f"#{whole.hex()}"
    return f"{word}={text}"


def _general_name(identifier: int, whole: bytes, contents: bytes) -> str:
    if identifier in _GENERAL_NAMES:
        return f"{_GENERAL_NAMES[identifier]}:{escape(contents.decode('utf-8', 'replace'))}"
    if identifier == _IP_ADDRESS and len(contents) == 4:
        return "ip:" + ".".join(str(octet) for octet in contents)
    return f"other:{whole.hex()}"


def escape(value: str) -> str:
    """Escape as RFC 4514 does; control characters too, because this goes to terminals and logs."""
    return "".join(_escape_character(character) for character in value)


def _escape_character(character: str) -> str:
    if character in ',+"\\<>;=':
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
