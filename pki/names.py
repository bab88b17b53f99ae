"""Distinguished names as certificates carry them, and as people write them (RFC 4514).

The text form is read and written by :mod:`pki.rfc4514`, in the order of the name itself.
"""

import re
from typing import Final

from cryptography import x509

# The string type of an attribute cannot be chosen through a public name of cryptography.
from cryptography.x509.name import _ASN1Type

from pki.errors import NameSyntax
from pki.oids import ATTRIBUTE_NAMES, ATTRIBUTE_OIDS
from pki.rfc4514 import MAX_TEXT, Attribute, Dn, escape, parse

__all__ = ["Attribute", "Dn", "NameSyntax", "parse", "text", "to_x509"]

_PRINTABLE: Final = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")
_IA5: Final = frozenset({"emailAddress", "DC"})
_COUNTRIES: Final = frozenset({"C", "jurisdictionC"})

# Upper bounds of RFC 5280 appendix A.1; OpenSSL-based servers enforce them too.
_MAX_BYTES: Final = {
    "CN": 64,
    "O": 64,
    "OU": 64,
    "T": 64,
    "serialNumber": 64,
    "L": 128,
    "ST": 128,
    "emailAddress": 255,
}


def to_x509(dn: Dn) -> x509.Name:
    """Build the name that goes into a request: PrintableString where possible, else UTF8String.

    Raises:
        NameSyntax: a value that its attribute cannot have (country, e-mail, length, controls).
    """
    return x509.Name([_relative_name(rdn) for rdn in dn.rdns])


def text(name: x509.Name) -> str:
    """Write a certificate's name on one line, in its own order: ``CN=a,O=b``."""
    return ",".join("+".join(_written(item) for item in rdn) for rdn in name.rdns)


def _relative_name(rdn: tuple[Attribute, ...]) -> x509.RelativeDistinguishedName:
    attributes = [_name_attribute(item) for item in rdn]
    if len({item.oid for item in attributes}) < len(attributes):
        message = f"{rdn[0].type} stands twice in one RDN (joined by +)."
        raise NameSyntax(message)
    return x509.RelativeDistinguishedName(attributes)


def _name_attribute(item: Attribute) -> x509.NameAttribute[str]:
    problem = _problem(item)
    if problem:
        raise NameSyntax(problem)
    oid = x509.ObjectIdentifier(ATTRIBUTE_OIDS.get(item.type, item.type))
    return x509.NameAttribute(oid, item.value, _string_type(item))


def _problem(item: Attribute) -> str:
    """Say why a certificate cannot carry the value; empty when it can."""
    size = len(item.value.encode("utf-8", "surrogatepass"))
    limit = _MAX_BYTES.get(item.type, MAX_TEXT)
    country = item.type in _COUNTRIES
    rules = (
        (not item.value, f"The value of {item.type} is empty."),
        (
            not all(_allowed(character) for character in item.value),
            f"The value of {item.type} has a control character.",
        ),
        (size > limit, f"The value of {item.type} has {size} bytes; at most {limit} are allowed."),
        (
            country and not re.fullmatch(r"[A-Za-z]{2}", item.value),
            f"{item.type} is a country code of two letters, such as US or DE.",
        ),
        (
            item.type in _IA5 and not item.value.isascii(),
            f"The value of {item.type} can have ASCII characters only.",
        ),
    )
    return next((message for broken, message in rules if broken), "")


def _allowed(character: str) -> bool:
    code = ord(character)
    return code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000


def _string_type(item: Attribute) -> _ASN1Type:
    if item.tag:
        return _ASN1Type(item.tag)
    if item.type in _IA5:
        return _ASN1Type.IA5String
    if _PRINTABLE.fullmatch(item.value):
        return _ASN1Type.PrintableString
    return _ASN1Type.UTF8String


def _written(item: x509.NameAttribute[str | bytes]) -> str:
    dotted = item.oid.dotted_string
    value = item.value
    shown = f"#{value.hex()}" if isinstance(value, bytes) else escape(value)
    return f"{ATTRIBUTE_NAMES.get(dotted, dotted)}={shown}"
