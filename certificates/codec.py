"""A certificate entry as XML, and back. Pure.

The entry says that the certificate exists, and what it is used for. What the certificate is (key,
validity, status) is its material, so that polling or renewing it is no pending change; the entry
that the product emulated shows, with all of that, is made by :func:`product_entry`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from certificates.spec import Usage
from domain.errors import Refused
from pki import bundle, certinfo, csr, openssl
from pki.names import common_name

MAX_NAME: Final = 1023
"""Longest subject or issuer that the product's schema allows."""

_OURS: Final = "x-scepadmin"


class EntryXmlUnusable(Refused):
    """The XML is not a certificate entry; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """What the product shows of a certificate.

    Attributes:
        name: of the entry.
        certificate_der: the certificate; empty while there is none.
        csr_der: the request that waits for its certificate.
        private_key: the text that stands for its key; empty without one.
        revoked_at: when it was revoked; ``None`` when it was not.
    """

    name: str
    certificate_der: bytes = b""
    csr_der: bytes = b""
    private_key: str = field(default="", repr=False)
    revoked_at: datetime | None = None


def to_xml(name: str, usages: Collection[Usage] = ()) -> str:
    """Write an entry; what is ours stands in one child that is absent without any usage."""
    entry = etree.Element("entry", name=name)
    if usages:
        listed = etree.SubElement(etree.SubElement(entry, _OURS), "usage")
        for usage in Usage:
            if usage in usages:
                etree.SubElement(listed, "member").text = usage.value
    return etree.tostring(entry, encoding="unicode")


def usages_of(xml: str) -> frozenset[Usage]:
    """Read what an entry is used for.

    Args:
        xml: canonical XML, as the configuration keeps it.

    Raises:
        EntryXmlUnusable: it names a usage that there is not.
    """
    members = etree.fromstring(xml).findall(f"{_OURS}/usage/member")
    try:
        return frozenset(Usage((member.text or "").strip()) for member in members)
    except ValueError as error:
        known = ", ".join(Usage)
        raise EntryXmlUnusable(f"A certificate has a usage other than {known}.") from error


def product_entry(shown: ProductEntry) -> str:
    """Write the entry with everything that the product shows, in its order and spelling.

    Raises:
        CertificateUnreadable: the certificate is not one.
        CsrInvalid: the request is not one.
    """
    entry = etree.Element("entry", name=shown.name)
    fields = _of_certificate(shown) if shown.certificate_der else _of_request(shown)
    if shown.private_key:
        fields.append(("private-key", shown.private_key))
    if shown.revoked_at is not None:
        fields.append(("status", "revoked"))
        fields.append(("revoke-date-epoch", str(int(shown.revoked_at.timestamp()))))
    for name, text in fields:
        etree.SubElement(entry, name).text = text
    return etree.tostring(entry, encoding="unicode")


def _of_certificate(shown: ProductEntry) -> list[tuple[str, str]]:
    facts = certinfo.read(shown.certificate_der)
    return [
        ("subject-hash", openssl.name_hash(facts.subject_der)),
        ("issuer-hash", openssl.name_hash(facts.issuer_der)),
        ("not-valid-before", openssl.time_text(facts.not_before)),
        ("issuer", _shortened(facts.issuer_der)),
        ("not-valid-after", openssl.time_text(facts.not_after)),
        ("common-name", common_name(certinfo.load(shown.certificate_der).subject)),
        ("expiry-epoch", str(int(facts.not_after.timestamp()))),
        ("ca", "yes" if facts.is_ca else "no"),
        ("subject", _shortened(facts.subject_der)),
        ("public-key", bundle.to_pem(shown.certificate_der)),
        ("algorithm", facts.algorithm),
    ]


def _of_request(shown: ProductEntry) -> list[tuple[str, str]]:
    if not shown.csr_der:
        return []
    facts = csr.read(shown.csr_der)
    return [
        ("common-name", common_name(csr.load(shown.csr_der).subject)),
        ("subject", _shortened(facts.subject_der)),
        ("csr", bundle.to_pem(shown.csr_der, "CERTIFICATE REQUEST")),
        ("algorithm", facts.algorithm),
    ]


def _shortened(name_der: bytes) -> str:
    return openssl.oneline(name_der)[:MAX_NAME]
