"""A certificate entry as XML, and back. Pure.

The entry says that the certificate exists, and what it is used for. What the certificate is (key,
validity, status) is its material, so that polling or renewing it is no pending change; the entry
that the product emulated shows, with all of that, is made by :func:`product_entry`.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from certificates.spec import Usage
from domain.errors import Refused
from pki import bundle, certinfo, csr, openssl
from pki.errors import CertificateUnreadable
from pki.names import common_name

MAX_NAME: Final = 1023
"""Longest subject or issuer that the product's schema allows."""

_OURS: Final = "x-scepadmin"
_BLOCKED: Final = "block-private-key-export"
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write; a certificate's names may hold it all the same."""
_PRODUCT: Final = frozenset(
    (
        "subject-hash",
        "issuer-hash",
        "not-valid-before",
        "issuer",
        "not-valid-after",
        "common-name",
        "expiry-epoch",
        "ca",
        "subject",
        "public-key",
        "csr",
        "algorithm",
        "private-key",
        "private-key-on-hsm",
        "status",
        "revoke-date-epoch",
        "common-name-int",
        "subject-int",
        _OURS,
    )
)
"""What an entry has in a file; the certificate itself says most of it again."""


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


@dataclass(frozen=True, slots=True)
class CarriedEntry:
    """An entry with its material, as a configuration file carries it.

    Attributes:
        shown: what the product shows of it; the private key is the UUID of its sealed row.
        usages: what it is used for.
        source: where the certificate came from, a value of ``certificates.states.Source``; empty
            in a file of the product.
        profile_uuid: the SCEP profile that brought it; empty without one.
        block_key_export: whether its private key never leaves the device.
        revocation_reason: as in RFC 5280; empty when it is not revoked.
        left_out: what else the entry says, as paths below it.
    """

    shown: ProductEntry
    usages: frozenset[Usage] = frozenset()
    source: str = ""
    profile_uuid: str = ""
    block_key_export: bool = False
    revocation_reason: str = ""
    left_out: tuple[str, ...] = ()


def to_xml(name: str, usages: Collection[Usage] = ()) -> str:
    """Write an entry; what is ours stands in one child that is absent without any usage."""
    entry = etree.Element("entry", name=name)
    if usages:
        _add_usages(etree.SubElement(entry, _OURS), usages)
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
    return etree.tostring(_product_element(shown), encoding="unicode")


def to_file(carried: CarriedEntry) -> str:
    """Write an entry as a configuration file carries it.

    Raises:
        CertificateUnreadable: the certificate is not one.
        CsrInvalid: the request is not one.
    """
    entry = _product_element(carried.shown)
    ours = etree.SubElement(entry, _OURS)
    if carried.usages:
        _add_usages(ours, carried.usages)
    for name, text in (
        ("source", carried.source),
        ("profile", carried.profile_uuid),
        (_BLOCKED, "yes" if carried.block_key_export else ""),
        ("revocation-reason", carried.revocation_reason),
    ):
        if text:
            etree.SubElement(ours, name).text = text
    return etree.tostring(entry, encoding="unicode")


def from_file(name: str, xml: str) -> CarriedEntry:
    """Read an entry out of a configuration file, ours or the product's.

    What the certificate says itself (names, times) is not looked at. Of a chain in one entry, the
    first certificate is taken.

    Args:
        name: of the entry.
        xml: the entry, well-formed.

    Raises:
        EntryXmlUnusable: a value that no entry has; the message names its element.
    """
    entry = etree.fromstring(xml)
    chain = _pem(entry, "public-key", "CERTIFICATE")
    if chain:
        _require_certificate(chain[0])
    shown = ProductEntry(
        name=name,
        certificate_der=chain[0] if chain else b"",
        csr_der=next(iter(_pem(entry, "csr", "CERTIFICATE REQUEST")), b""),
        private_key=entry.findtext("private-key") or "",
        revoked_at=_revoked_at(entry),
    )
    return CarriedEntry(
        shown=shown,
        usages=usages_of(xml),
        source=entry.findtext(f"{_OURS}/source") or "",
        profile_uuid=entry.findtext(f"{_OURS}/profile") or "",
        block_key_export=entry.findtext(f"{_OURS}/{_BLOCKED}") == "yes",
        revocation_reason=entry.findtext(f"{_OURS}/revocation-reason") or "",
        left_out=tuple(_left_out(entry, chain)),
    )


def _left_out(entry: etree._Element, chain: Collection[bytes]) -> Iterator[str]:
    yield from dict.fromkeys(str(child.tag) for child in entry if child.tag not in _PRODUCT)
    if len(chain) > 1:
        yield "public-key (the certificates above the first)"
    if entry.findtext(f"{_OURS}/{_BLOCKED}") == "yes":
        yield "private-key (its export is blocked)"


def _product_element(shown: ProductEntry) -> etree._Element:
    entry = etree.Element("entry", name=shown.name)
    fields = _of_certificate(shown) if shown.certificate_der else _of_request(shown)
    if shown.private_key:
        fields.append(("private-key", shown.private_key))
    if shown.revoked_at is not None:
        fields.append(("status", "revoked"))
        fields.append(("revoke-date-epoch", str(int(shown.revoked_at.timestamp()))))
    for name, text in fields:
        etree.SubElement(entry, name).text = _NOT_XML.sub(_as_pairs, text)
    return entry


def _add_usages(ours: etree._Element, usages: Collection[Usage]) -> None:
    listed = etree.SubElement(ours, "usage")
    for usage in Usage:
        if usage in usages:
            etree.SubElement(listed, "member").text = usage.value


def _pem(entry: etree._Element, tag: str, label: str) -> tuple[bytes, ...]:
    text = (entry.findtext(tag) or "").strip()
    try:
        return bundle.from_pem(text.encode(), label) if text else ()
    except CertificateUnreadable as error:
        raise EntryXmlUnusable(f"The element {tag} cannot be read. {error}") from error


def _require_certificate(der: bytes) -> None:
    try:
        certinfo.read(der)
    except CertificateUnreadable as error:
        raise EntryXmlUnusable(f"The element public-key is no certificate. {error}") from error


def _revoked_at(entry: etree._Element) -> datetime | None:
    if entry.findtext("status") != "revoked":
        return None
    try:
        return datetime.fromtimestamp(int(entry.findtext("revoke-date-epoch") or "0"), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise EntryXmlUnusable("The element revoke-date-epoch is no time.") from error


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


def _as_pairs(found: re.Match[str]) -> str:
    octets = found[0].encode("utf-8", "surrogatepass")
    return "".join(f"\\{octet:02X}" for octet in octets)


def _shortened(name_der: bytes) -> str:
    return openssl.oneline(name_der)[:MAX_NAME]
