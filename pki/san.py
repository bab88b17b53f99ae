"""Subject alternative names: what an admin types, what a request carries."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography import x509

from pki.errors import CsrInvalid

_VISIBLE: Final = r"[\x21-\x7e]"


class SanKind(StrEnum):
    """Kind of a subject alternative name."""

    RFC822 = "rfc822"
    DNS = "dns"
    URI = "uri"
    IP = "ip"


@dataclass(frozen=True, slots=True)
class SanValue:
    """One subject alternative name."""

    kind: SanKind
    value: str


@dataclass(frozen=True, slots=True)
class _Form:
    """How a kind looks.

    Attributes:
        pattern: what the value must match; IA5String carries nothing beyond ASCII.
        words: what a message calls it.
        make: builds the name that goes into the extension.
    """

    pattern: re.Pattern[str]
    words: str
    make: Callable[[str], x509.GeneralName]


_FORMS: Final = {
    SanKind.DNS: _Form(
        re.compile(r"[A-Za-z0-9*_.-]{1,253}"), "a DNS name such as fw.example.com", x509.DNSName
    ),
    SanKind.RFC822: _Form(
        re.compile(rf"{_VISIBLE}{{1,64}}@{_VISIBLE}{{1,253}}"),
        "an e-mail address such as user@example.com",
        x509.RFC822Name,
    ),
    SanKind.URI: _Form(
        re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:{_VISIBLE}{{1,2000}}"),
        "a URI with its scheme, such as https://fw.example.com/",
        x509.UniformResourceIdentifier,
    ),
    SanKind.IP: _Form(
        re.compile(r"[0-9A-Fa-f:.]{2,45}"),
        "an IP address such as 192.0.2.1",
        lambda value: x509.IPAddress(ipaddress.ip_address(value)),
    ),
}

_KINDS: Final[dict[type[Any], SanKind]] = {
    x509.DNSName: SanKind.DNS,
    x509.RFC822Name: SanKind.RFC822,
    x509.UniformResourceIdentifier: SanKind.URI,
    x509.IPAddress: SanKind.IP,
}


def to_general_name(san: SanValue) -> x509.GeneralName:
    """Make the name that goes into the request.

    Raises:
        CsrInvalid: the value does not look like its kind, or has characters beyond ASCII.
    """
    form = _FORMS[san.kind]
    value = san.value.strip()
    try:
        if form.pattern.fullmatch(value):
            return form.make(value)
    except ValueError as error:
        raise CsrInvalid(_message(value, form)) from error
    raise CsrInvalid(_message(value, form))


def values_of(extension: x509.SubjectAlternativeName) -> tuple[SanValue, ...]:
    """List the names of the kinds we know; others are left out."""
    return tuple(
        SanValue(_KINDS[type(name)], str(name.value)) for name in extension if type(name) in _KINDS
    )


def _message(value: str, form: _Form) -> str:
    return f'The alternative name "{value}" is not {form.words}.'
