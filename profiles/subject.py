"""Tokens: what stands in a profile's subject and SAN until someone asks for a certificate.

A token's value is put into an attribute value as it is, after the subject has been parsed, so a
user name such as ``x,O=evil`` stays one value (CVE-2021-3060 is what happens otherwise).
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain.errors import Problem, Refused
from pki import names
from pki.csr import SanKind, SanValue
from profiles.spec import SanType, ScepProfileSpec

SAN_VALUE_MAX: Final = 1024
"""Longest SAN value, in characters; ours, far above what servers take."""

_TOKEN: Final = re.compile(r"\$[A-Za-z]+")
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


# RFC 5280 section 7: certificates carry internationalized names in their ASCII form.
_BEYOND_ASCII: Final = (
    "A certificate carries ASCII characters only here. Write a host name in its xn-- form, and "
    "the rest of a URI percent-encoded."
)


class Token(StrEnum):
    """The tokens of the product emulated."""

    USERNAME = "$USERNAME"
    EMAILADDRESS = "$EMAILADDRESS"
    HOSTID = "$HOSTID"
    UDID = "$UDID"


KNOWN_TOKENS: Final = "$USERNAME, $EMAILADDRESS, $HOSTID or $UDID"


@dataclass(frozen=True, slots=True)
class TokenValues:
    """Who or what a certificate is for; an empty value means that it is not known.

    Attributes:
        username: the user, as in the directory.
        emailaddress: the user's e-mail address.
        hostid: what the endpoint calls itself.
        udid: the endpoint's UDID; for the device itself its serial number.
    """

    username: str = ""
    emailaddress: str = ""
    hostid: str = ""
    udid: str = ""

    def by_token(self) -> Mapping[str, str]:
        """The values keyed by their tokens, unknown ones left out."""
        values = {
            Token.USERNAME: self.username,
            Token.EMAILADDRESS: self.emailaddress,
            Token.HOSTID: self.hostid,
            Token.UDID: self.udid,
        }
        return {str(token): value for token, value in values.items() if value}


SAMPLES: Final = (
    TokenValues("jdoe", "jdoe@example.com", "b4-2e-99-00-11-22", "007951000012345"),
    TokenValues("jdoe@example.com", "jdoe@example.com", "WS-0042", "007951000012345"),
)
"""Plausible values, for a preview and to try a value with; some directories' user names are
addresses."""


class TokenMissing(Refused):
    """The profile uses a token that has no value here.

    Attributes:
        tokens: the tokens without a value, in the order of :class:`Token`.
    """

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        listed = " and ".join(tokens)
        super().__init__(
            f"The profile uses {listed}, without a value here.",
            hint="Give the value, or change the subject or the SAN value of the profile.",
            problems=[
                Problem(token[1:].lower(), f"The profile needs {token}.") for token in tokens
            ],
        )
        self.tokens = tokens


class ValueUnusable(Refused):
    """With its tokens replaced, the subject or SAN value is not one a request can carry."""


def tokens_in(text: str) -> list[str]:
    """Everything that looks like a token, known or not, in order: ``$`` and letters."""
    return _TOKEN.findall(text)


def subject_tokens(subject: str) -> list[str]:
    """Everything that looks like a token in the values of a subject, in order.

    Raises:
        NameSyntax: the text is not a distinguished name.
    """
    rdns = names.parse(subject).rdns
    return [token for rdn in rdns for item in rdn for token in tokens_in(item.value)]


def tokens_used(spec: ScepProfileSpec) -> set[Token]:
    """The known tokens of the profile's subject and SAN value.

    Raises:
        ValueUnusable: the subject is not a distinguished name.
    """
    found = {*_subject_tokens(spec.subject), *tokens_in(spec.relevant().san_value)}
    return {token for token in Token if token in found}


def expand(subject: str, values: TokenValues) -> names.Dn:
    """Parse a profile's subject and put values in the place of its tokens.

    Raises:
        TokenMissing: the subject uses a token that has no value.
        ValueUnusable: the subject cannot be parsed, or a certificate cannot carry the result.
    """
    _require(_subject_tokens(subject), values)
    return _carried(names.parse(subject).replace_tokens(values.by_token()))


def expand_for_user(subject: str, values: TokenValues) -> names.Dn:
    """Expand a subject as a portal does for a user: the host id stands in it as serialNumber.

    A subject with a serialNumber of its own, and an unknown host id, leave it as it is.

    Raises:
        TokenMissing: the subject uses a token that has no value.
        ValueUnusable: the subject cannot be parsed, or a certificate cannot carry the result.
    """
    dn = expand(subject, values)
    if not values.hostid or dn.values("serialNumber"):
        return dn
    return _carried(names.Dn((*dn.rdns, (names.Attribute("serialNumber", values.hostid),))))


def expand_san(spec: ScepProfileSpec, values: TokenValues) -> SanValue | None:
    """Put values in the place of the tokens of the SAN value; ``None`` without a SAN.

    Raises:
        TokenMissing: the value uses a token that has no value.
        ValueUnusable: the result does not have the syntax of its type.
    """
    if spec.san_type is SanType.NONE:
        return None
    _require(tokens_in(spec.san_value), values)
    text = replace_tokens(spec.san_value, values)
    if problem := san_problem(spec.san_type, text):
        raise ValueUnusable(f"The subject alternative name cannot be used: {problem}")
    return SanValue(SanKind(spec.san_type.value), text)


def replace_tokens(text: str, values: TokenValues) -> str:
    """Put values in the place of tokens, once: a value that looks like a token stays as it is."""
    known = values.by_token()
    return _TOKEN.sub(lambda hit: known.get(hit[0], hit[0]), text)


def san_problem(san_type: SanType, value: str) -> str:
    """Say what is wrong with a SAN value that has no tokens left; empty when it is fine."""
    match san_type:
        case SanType.RFC822:
            fine = _is_mailbox(value)
            want = "Enter one e-mail address, for example user@example.com."
        case SanType.DNS:
            fine = is_dns_name(value.removeprefix("*."))
            want = "Enter one DNS name, for example host.example.com."
        case _:
            fine = _is_uri(value)
            want = "Enter one URI with its scheme, for example https://host.example.com/."
    if fine:
        return ""
    return want if value.isascii() else _BEYOND_ASCII


def _subject_tokens(subject: str) -> list[str]:
    try:
        return subject_tokens(subject)
    except names.NameSyntax as error:
        raise _subject_unusable(error) from error


def _carried(dn: names.Dn) -> names.Dn:
    """Return a name that a certificate can carry."""
    try:
        names.to_x509(dn)
    except names.NameSyntax as error:
        raise _subject_unusable(error) from error
    return dn


def _subject_unusable(error: names.NameSyntax) -> ValueUnusable:
    return ValueUnusable(f"The subject cannot be used: {error}")


def _require(found: list[str], values: TokenValues) -> None:
    known = values.by_token()
    missing = tuple(token for token in Token if token in found and token not in known)
    if missing:
        raise TokenMissing(missing)


def is_dns_name(value: str) -> bool:
    """Tell whether the text has the syntax of a DNS name; underscores are forgiven."""
    labels = value.removesuffix(".").split(".")
    return len(value) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_mailbox(value: str) -> bool:
    local, _, domain = value.rpartition("@")
    fits = len(value) <= 254 and len(local) <= 64
    return fits and _MAILBOX.fullmatch(local) is not None and is_dns_name(domain)


def _is_uri(value: str) -> bool:
    if not _URI.fullmatch(value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    if not host:
        return parts.scheme not in {"http", "https"}
    return is_host(host)


def is_host(text: str) -> bool:
    """Tell whether the text is a DNS name or an IP address; four numbers are no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        last = text.removesuffix(".").rpartition(".")[2]
        return is_dns_name(text) and not last.isdigit()
    return True
