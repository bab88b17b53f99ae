"""Distinguished names as people write them (RFC 4514) and as certificates carry them.

One deviation from RFC 4514, on purpose: section 2.1 writes the last RDN first, we keep the order
as written. ``O=acme,CN=johndoe`` becomes a name whose first RDN is the organization, as on the
product emulated, and a certificate's subject is shown in the order it has.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography import x509

from pki.errors import NameSyntax

__all__ = ["Attribute", "Dn", "NameSyntax", "parse", "text", "to_x509"]


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


def parse(text: str) -> Dn:
    """Read an RFC 4514 string; spaces around the separators are forgiven.

    Whether a certificate can carry the values (country of two letters, lengths) is judged by
    :func:`to_x509`, because tokens may still stand in them here.

    Raises:
        NameSyntax: the text is not a distinguished name; the message says where and why.
    """
    raise NotImplementedError


def to_x509(dn: Dn) -> x509.Name:
    """Build the name that goes into a request: PrintableString where possible, else UTF8String.

    Raises:
        NameSyntax: a value that its attribute cannot have (country, e-mail, length, controls).
    """
    raise NotImplementedError


def text(name: x509.Name) -> str:
    """Write a certificate's name on one line, in its own order: ``CN=a,O=b``."""
    raise NotImplementedError
