"""Whose request it may be: a subject with its alternative names, compared as text. Pure.

A password for any subject lets its holder ask for any identity (VU#971035); one that an operator
made for a subject, and a certificate that is to be renewed, do not.
"""

import re
from dataclasses import dataclass

from cryptography import x509

from pki import certinfo, names, san
from pki.errors import CsrInvalid, NameSyntax
from pki.extensions import general_name
from pki.san import SanKind, SanValue

_KINDS = {"dns": SanKind.DNS, "email": SanKind.RFC822, "rfc822": SanKind.RFC822}
_KINDS |= {"uri": SanKind.URI, "ip": SanKind.IP}


class NotUnderstood(Exception):
    """What an operator typed is no subject, or no list of names.

    Attributes:
        field: ``"subject"`` or ``"names"``.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class Holder:
    """Who somebody is.

    Attributes:
        subject: in the order of the name itself, as :func:`pki.names.text` writes it.
        names: alternative names such as ``"DNS:fw.example.com"``, sorted.
    """

    subject: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.subject} with {', '.join(self.names)}" if self.names else self.subject


def parse(subject: str, alternative_names: str) -> Holder:
    """Read what an operator typed.

    Args:
        subject: a distinguished name, such as ``CN=fw-01,O=Example``.
        alternative_names: such as ``dns:fw.example.com``, separated by white space or commas.

    Raises:
        NotUnderstood: with the field and the reason.
    """
    try:
        name = names.to_x509(names.parse(subject))
    except NameSyntax as error:
        raise NotUnderstood("subject", str(error)) from error
    if not list(name):
        raise NotUnderstood("subject", "Give a subject such as CN=fw-01,O=Example.")
    typed = (_alternative_name(text) for text in re.split(r"[\s,]+", alternative_names) if text)
    return Holder(names.text(name), tuple(sorted(typed)))


def of_request(request: x509.CertificateSigningRequest) -> Holder:
    """Tell for whom a request asks."""
    asked = [
        general_name(name)
        for extension in request.extensions
        if isinstance(extension.value, x509.SubjectAlternativeName)
        for name in extension.value
    ]
    return Holder(names.text(request.subject), tuple(sorted(asked)))


def of_certificate(certificate_der: bytes) -> Holder:
    """Tell whom a certificate names.

    Raises:
        CertificateUnreadable: it is not a certificate.
    """
    facts = certinfo.read(certificate_der)
    return Holder(facts.subject, tuple(sorted(facts.san)))


def _alternative_name(text: str) -> str:
    kind, _, value = text.partition(":")
    try:
        return general_name(san.to_general_name(SanValue(_KINDS[kind.lower()], value)))
    except KeyError as error:
        problem = f"{text} has no kind: write dns:, email:, uri: or ip: before it."
        raise NotUnderstood("names", problem) from error
    except CsrInvalid as error:
        raise NotUnderstood("names", str(error)) from error
