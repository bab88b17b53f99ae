"""RFC 4514: distinguished names as text, taken apart and written.

One deviation from RFC 4514, on purpose: section 2.1 writes the last RDN first, we keep the order
as written. ``O=acme,CN=johndoe`` becomes a name whose first RDN is the organization, as on the
product emulated, and a certificate's subject is shown in the order it has.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cryptography import x509

from pki.errors import NameSyntax
from pki.oids import ATTRIBUTE_ALIASES, ATTRIBUTE_NAMES, ATTRIBUTE_OIDS

MAX_TEXT: Final = 4096
"""Longest name read, in characters."""

# RFC 4514 section 3: a pair is a backslash and a special character or two hex digits. Possessive
# throughout, so that no text takes long.
_PAIR: Final = re.compile(r'((?:\\.|"(?:[^"\\]|\\.)*+"|[^\\,+])*+)([,+]|$)', re.DOTALL)
_CHARACTER: Final = re.compile(
    r"""\\(?P<hex>[0-9A-Fa-f]{2})|\\(?P<special>[ "#+,;<=>\\])|(?P<plain>[^\\"+,;<>\x00])""",
    re.DOTALL,
)
# RFC 4514 section 2.4 lets readers take other forms: this is the quoted one of RFC 2253 section 4.
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_QUOTED_CHARACTER: Final = re.compile(
    r"""\\(?P<hex>[0-9A-Fa-f]{2})|\\(?P<special>[ "#+,;<=>\\])|(?P<plain>[^\\"\x00])""",
    re.DOTALL,
)
_SHORT_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_SPECIAL: Final = frozenset('"+,;<>\\')
_OID_BY_SPELLING: Final = {
    **{name.casefold(): oid for name, oid in ATTRIBUTE_OIDS.items()},
    **{alias.casefold(): ATTRIBUTE_OIDS[name] for alias, name in ATTRIBUTE_ALIASES.items()},
}

STRING_TAGS: Final = {
    12: "utf-8",
    18: "ascii",
    19: "ascii",
    20: "ascii",
    22: "ascii",
    26: "ascii",
    28: "utf-32-be",
    30: "utf-16-be",
}
"""The ASN.1 string types that a value may have, by tag, and how their octets are read."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One ``type=value`` pair.

    Attributes:
        type: short name in its usual spelling (``CN``, ``serialNumber``), or a dotted OID.
        value: the text, unescaped.
        tag: ASN.1 universal tag that a ``#hex`` value asked for; 0 lets :func:`to_x509` choose.
    """

    type: str
    value: str
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Dn:
    """A distinguished name in the order written.

    Attributes:
        rdns: one tuple per RDN; more than one attribute in it where ``+`` joined them.
    """

    rdns: tuple[tuple[Attribute, ...], ...]

    def values(self, type_: str) -> tuple[str, ...]:
        """Every value of one attribute type (``"CN"``), in order; ignores case."""
        wanted = type_.casefold()
        return tuple(
            item.value for rdn in self.rdns for item in rdn if item.type.casefold() == wanted
        )

    def replace_tokens(self, tokens: Mapping[str, str]) -> "Dn":
        """Put values in the place of tokens such as ``$USERNAME``.

        A token's value lands inside the attribute value as it is: it can add neither an RDN nor
        another token, whatever characters it has.
        """
        if not tokens:
            return self
        longest_first = sorted(tokens, key=len, reverse=True)
        pattern = re.compile("|".join(re.escape(token) for token in longest_first))

        def expanded(item: Attribute) -> Attribute:
            return replace(item, value=pattern.sub(lambda hit: tokens[hit[0]], item.value))

        return Dn(tuple(tuple(expanded(item) for item in rdn) for rdn in self.rdns))

    def __str__(self) -> str:
        return ",".join(
            "+".join(f"{item.type}={escape(item.value)}" for item in rdn) for rdn in self.rdns
        )


def parse(text: str) -> Dn:
    """Read an RFC 4514 string; spaces around the separators are forgiven.

    Whether a certificate can carry the values (country of two letters, lengths) is judged by
    :func:`to_x509`, because tokens may still stand in them here.

    Raises:
        NameSyntax: the text is not a distinguished name; the message says where and why.
    """
    if len(text) > MAX_TEXT:
        message = f"The name has {len(text)} characters; at most {MAX_TEXT} are read."
        raise NameSyntax(message)
    if not text.strip():
        return Dn(())
    rdns: list[tuple[Attribute, ...]] = []
    rdn: list[Attribute] = []
    for pair, separator in _pairs(text):
        rdn.append(_attribute(pair))
        if separator != "+":
            rdns.append(tuple(rdn))
            rdn = []
    return Dn(tuple(rdns))


def escape(value: str) -> str:
    """Escape as RFC 4514 section 2.4 asks; what cannot be seen is written as hex pairs."""
    parts = [_escaped_character(character) for character in value]
    if parts and value[0] in " #":
        parts[0] = f"\\{value[0]}"
    if len(parts) > 1 and value[-1] == " ":
        parts[-1] = "\\ "
    return "".join(parts)


def _escaped_character(character: str) -> str:
    if character in _SPECIAL:
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))


def _pairs(text: str) -> list[tuple[str, str]]:
    """Cut the text at unescaped commas and plus signs."""
    found: list[tuple[str, str]] = []
    at = 0
    while True:
        match = _PAIR.match(text, at)
        if match is None:
            raise NameSyntax(r"The name ends with a single backslash; write \\ for one.")
        found.append((match[1], match[2]))
        if not match[2]:
            return found
        at = match.end()


def _attribute(pair: str) -> Attribute:
    if not pair.strip():
        raise NameSyntax("There is an empty part: a comma or plus sign too many.")
    written, equals, raw = pair.partition("=")
    if not equals:
        hint = r"A comma inside a value is written \,."
        message = f'"{pair.strip()}" is not of the form attribute=value, such as CN=fw1. {hint}'
        raise NameSyntax(message)
    type_ = _type(written.strip())
    raw = _trimmed(raw)
    if not raw:
        message = f"The value of {type_} is empty."
        raise NameSyntax(message)
    if raw.startswith("#"):
        return _from_hex(type_, raw[1:])
    if quoted := _QUOTED.fullmatch(raw):
        return Attribute(type_, _unescaped(type_, quoted[1], _QUOTED_CHARACTER))
    return Attribute(type_, _unescaped(type_, raw, _CHARACTER))


def _type(written: str) -> str:
    if _SHORT_NAME.fullmatch(written):
        oid = _OID_BY_SPELLING.get(written.casefold())
        if oid is None:
            usual = "CN, O, OU, C, ST, L, DC, emailAddress, serialNumber, UID"
            message = f'"{written}" is not a known attribute. Usual ones: {usual}; or a dotted OID.'
            raise NameSyntax(message)
        return ATTRIBUTE_NAMES[oid]
    try:
        dotted = x509.ObjectIdentifier(written).dotted_string
    except ValueError as error:
        message = f'"{written}" is neither an attribute name nor a dotted OID.'
        raise NameSyntax(message) from error
    return ATTRIBUTE_NAMES.get(dotted, dotted)


def _trimmed(raw: str) -> str:
    """Drop spaces around a value, but not one that a backslash protects."""
    bare = raw.strip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return f"{bare} " if backslashes % 2 else bare


def _unescaped(type_: str, raw: str, character: re.Pattern[str]) -> str:
    octets = bytearray()
    at = 0
    while at < len(raw):
        match = character.match(raw, at)
        if match is None:
            raise NameSyntax(_why(type_, raw[at:]))
        if match["hex"]:
            octets += bytes.fromhex(match["hex"])
        else:
            octets += (match["special"] or match["plain"]).encode("utf-8", "surrogatepass")
        at = match.end()
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The value of {type_} is not valid UTF-8 after its hex pairs are read."
        raise NameSyntax(message) from error


def _why(type_: str, rest: str) -> str:
    if rest[0] == "\\":
        return (
            f'In the value of {type_}, "{rest[:3]}" is not an escape: a backslash is followed by '
            'two hex digits or by one of  , + " \\ < > ; # = and space.'
        )
    shown = "NUL" if rest[0] == "\x00" else rest[0]
    return f"In the value of {type_}, the character {shown} needs a backslash before it."


def _from_hex(type_: str, digits: str) -> Attribute:
    """Read ``#`` and a BER value in hex (RFC 4514 section 2.4); strings only."""
    try:
        encoded = bytes.fromhex(digits)
    except ValueError as error:
        message = f"The value of {type_} begins with # but is not hex. Write \\# for the sign."
        raise NameSyntax(message) from error
    tag, content = _ber_value(type_, encoded)
    charset = STRING_TAGS.get(tag)
    if charset is None:
        message = f"The value of {type_} after # is not a character string."
        raise NameSyntax(message)
    try:
        return Attribute(type_, content.decode(charset), tag)
    except UnicodeDecodeError as error:
        message = f"The value of {type_} after # has octets that its string type cannot have."
        raise NameSyntax(message) from error


def _ber_value(type_: str, encoded: bytes) -> tuple[int, bytes]:
    """Take a value apart into its tag and its content; the length may have the long form."""
    head, size = 2, encoded[1] if len(encoded) > 1 else 0
    if size in {0x81, 0x82}:
        head += size - 0x80
        size = int.from_bytes(encoded[2:head])
    if not size or len(encoded) != head + size:
        message = f"The value of {type_} after # is not one BER value."
        raise NameSyntax(message)
    return encoded[0], encoded[head:]
