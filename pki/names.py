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
from pki.rfc4514 import MAX_TEXT, STRING_TAGS, Attribute, Dn, escape, parse

__all__ = ["Attribute", "Dn", "NameSyntax", "common_name", "parse", "text", "to_x509"]

_PRINTABLE: Final = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")
_IA5: Final = frozenset({"emailAddress", "DC"})
_COUNTRIES: Final = frozenset({"C", "jurisdictionC"})

# Attributes that X.520 defines as PrintableString and nothing else.
_PRINTABLE_ONLY: Final = frozenset({"serialNumber", "dnQualifier", "telephoneNumber"})

# Upper bounds in characters: RFC 5280 appendix A.1, and X.520 annex C for those it leaves out;
# RFC 4519 for DC, RFC 4524 for UID, RFC 2985 for PKCS#9. OpenSSL-based servers enforce them too.
_MAX_CHARACTERS: Final = {
    "CN": 64,
    "O": 64,
    "OU": 64,
    "T": 64,
    "serialNumber": 64,
    "DC": 63,
    "telephoneNumber": 32,
    "postalCode": 40,
    "L": 128,
    "ST": 128,
    "street": 128,
    "businessCategory": 128,
    "pseudonym": 128,
    "jurisdictionL": 128,
    "jurisdictionST": 128,
    "emailAddress": 255,
    "unstructuredName": 255,
    "unstructuredAddress": 255,
    "UID": 256,
    "description": 1024,
}
_MAX_CN_BYTES: Final = 64
"""What cryptography writes at most; X.520 counts characters, which differ outside ASCII."""


def to_x509(dn: Dn) -> x509.Name:
    """Build the name that goes into a request: PrintableString where possible, else UTF8String.

    Raises:
        NameSyntax: a value that its attribute cannot have (country, e-mail, length, controls).
    """
    return x509.Name([_relative_name(rdn) for rdn in dn.rdns])


def text(name: x509.Name) -> str:
    """Write a certificate's name on one line, in its own order: ``CN=a,O=b``."""
    return ",".join("+".join(_written(item) for item in rdn) for rdn in name.rdns)


def common_name(name: x509.Name) -> str:
    """The first common name; empty when there is none, or none that is text."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    values = [item.value for item in found if isinstance(item.value, str)]
    return values[0] if values else ""


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
    type_, value = item.type, item.value
    limit = _MAX_CHARACTERS.get(type_, MAX_TEXT)
    size = len(value.encode("utf-8", "surrogatepass"))
    rules = (
        (not value, f"The value of {type_} is empty."),
        (
            not all(_allowed(character) for character in value),
            f"The value of {type_} has a control character.",
        ),
        (
            len(value) > limit,
            f"The value of {type_} has {len(value)} characters; at most {limit} are allowed.",
        ),
        (
            type_ == "CN" and size > _MAX_CN_BYTES,
            f"The value of CN has {size} bytes in UTF-8; at most {_MAX_CN_BYTES} are allowed.",
        ),
        (
            type_ in _COUNTRIES and not re.fullmatch(r"[A-Za-z]{2}", value),
            f"{type_} is a country code of two letters, such as US or DE.",
        ),
        (
            type_ in _IA5 and not value.isascii(),
            f"The value of {type_} can have ASCII characters only.",
        ),
        (
            type_ in _PRINTABLE_ONLY and not _PRINTABLE.fullmatch(value),
            f"The value of {type_} can have letters, digits, spaces and '()+,-./:=? only.",
        ),
        (
            not _fits_its_tag(item),
            f"The value of {type_} has a character that the string type after # cannot have.",
        ),
    )
    return next((message for broken, message in rules if broken), "")


def _fits_its_tag(item: Attribute) -> bool:
    """Tell whether the string type that ``#hex`` asked for has the value's characters.

    A token in such a value may have brought others.
    """
    match item.tag:
        case 0:
            return True
        case _ASN1Type.NumericString.value:
            return re.fullmatch("[0-9 ]+", item.value) is not None
        case _ASN1Type.PrintableString.value:
            return _PRINTABLE.fullmatch(item.value) is not None
        case _ASN1Type.BMPString.value:
            return max(item.value) <= "\uffff"
        case tag:
            return STRING_TAGS[tag] != "ascii" or item.value.isascii()


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
