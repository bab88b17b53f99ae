"""The extensions of a certificate, explained: plain words beside values, and the values as sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pki import asn1, certinfo, dump, meanings
from pki.certinfo import ExtensionFacts
from pki.errors import UNREADABLE
from pki.oids import EXTENSIONS

_LISTS_OF_USES: Final = {
    "2.5.29.15",
    "2.5.29.37",
    "1.3.6.1.5.5.7.1.24",
    "1.3.6.1.4.1.311.21.10",
}
"""Extensions whose lines are words with a meaning; an alternative name may look like one."""


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One fact of an extension.

    Attributes:
        text: the fact, in standard terms: ``"digitalSignature"``.
        words: what it means; empty where the fact is in words already.
    """

    text: str
    words: str


@dataclass(frozen=True, slots=True)
class ExplainedExtension:
    """One extension.

    Attributes:
        name: what people call it; the OID when nobody has a name for it.
        oid: dotted.
        critical: see :data:`pki.meanings.CRITICAL`.
        purpose: what it is for, one sentence; empty when it is not known here.
        asn1: its value, element by element; empty when it is not known apart.
    """

    name: str
    oid: str
    critical: bool
    purpose: str
    lines: tuple[ExplainedLine, ...]
    asn1: str

    @property
    def is_known(self) -> bool:
        """Whether it has a name here."""
        return self.oid in EXTENSIONS


def explained(der: bytes) -> tuple[ExplainedExtension, ...]:
    """Explain every extension of a certificate, in its order.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    values = _values(der)
    return tuple(
        ExplainedExtension(
            name=extension.name,
            oid=extension.oid,
            critical=extension.critical,
            purpose=meanings.EXTENSIONS.get(extension.oid, ""),
            lines=tuple(_lines(extension)),
            asn1=dump.text(dump.dump(values.get(extension.oid, b""))),
        )
        for extension in certinfo.read(der).extensions
    )


def _lines(extension: ExtensionFacts) -> Iterator[ExplainedLine]:
    lists_uses = extension.oid in _LISTS_OF_USES
    for line in extension.text.splitlines():
        yield ExplainedLine(line, meanings.VALUES.get(line, "") if lists_uses else "")


def _values(der: bytes) -> dict[str, bytes]:
    try:
        raw = asn1.certificate_extensions(certinfo.load(der).tbs_certificate_bytes)
    except UNREADABLE:
        return {}
    return {oid: value for oid, _, value in raw}
