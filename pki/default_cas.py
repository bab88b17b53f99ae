"""The certificate authorities that browsers trust: Mozilla's list, as certifi carries it.

The list comes with a package, so a new version of it may drop a CA or bring one. A name is made of
the certificate alone: a CA keeps it whatever else is on the list.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

import certifi
from cryptography import x509

from pki import bundle, certinfo, chain
from pki.errors import NotIssued, PkiError

MAX_NAME: Final = 54
"""Longest name before its digits; with them it is as long as a certificate's name may be."""

_SPACE: Final = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
"""The namespace of object identifiers (RFC 9562 section 6.6); any fixed one would do."""

_NAMING: Final = (
    x509.NameOID.COMMON_NAME,
    x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
    x509.NameOID.ORGANIZATION_NAME,
)
"""What a CA is called by: the first of these that its subject has."""


@dataclass(frozen=True, slots=True)
class DefaultCa:
    """One certificate authority of the list.

    Attributes:
        uuid: made of its fingerprint, so that it is the same everywhere.
        name: letters, digits and underscores, then eight digits of its SHA-256 fingerprint.
        subject: RFC 4514-like text; likewise ``issuer``.
        subject_der: the name byte for byte.
    """

    uuid: UUID
    name: str
    der: bytes = field(repr=False)
    subject: str
    issuer: str
    subject_der: bytes = field(repr=False)
    not_before: datetime
    not_after: datetime
    algorithm: str
    key_bits: int
    fingerprint_sha256: str


@dataclass(frozen=True, slots=True)
class DefaultCas:
    """The list.

    Attributes:
        cas: in the order of their names.
        unread: how many certificates of the list cannot be read, or are there twice.
    """

    cas: tuple[DefaultCa, ...]
    unread: int
    by_uuid: Mapping[UUID, DefaultCa] = field(repr=False)
    by_name: Mapping[str, DefaultCa] = field(repr=False)
    by_subject: Mapping[bytes, tuple[DefaultCa, ...]] = field(repr=False)

    def issuer_of(self, der: bytes) -> DefaultCa | None:
        """Find the CA of the list that issued a certificate, or is it.

        Raises:
            CertificateUnreadable: these bytes are not a certificate.
        """
        facts = certinfo.read(der)
        for ca in self.by_subject.get(facts.issuer_der, ()):
            try:
                if ca.der != der:
                    chain.verify_issued(der, ca.der)
            except NotIssued:
                continue
            return ca
        return None


@lru_cache(maxsize=1)
def default_cas() -> DefaultCas:
    """Return the list of the certifi that is installed; read once, which takes 0.1 s."""
    return read(bundle.from_pem(certifi.contents().encode()))


def read(ders: Iterable[bytes]) -> DefaultCas:
    """Read the certificates of a list; what is no certificate is counted and left out."""
    found: dict[UUID, DefaultCa] = {}
    unread = 0
    for der in ders:
        try:
            ca = _ca(der)
        except PkiError:
            unread += 1
            continue
        unread += ca.uuid in found
        found[ca.uuid] = ca
    cas = tuple(sorted(found.values(), key=lambda ca: ca.name.casefold()))
    by_subject: dict[bytes, tuple[DefaultCa, ...]] = {}
    for ca in cas:
        by_subject[ca.subject_der] = (*by_subject.get(ca.subject_der, ()), ca)
    return DefaultCas(cas, unread, found, {ca.name: ca for ca in cas}, by_subject)


def _ca(der: bytes) -> DefaultCa:
    facts = certinfo.read(der)
    return DefaultCa(
        uuid=uuid5(_SPACE, facts.fingerprint_sha256),
        name=f"{_called(certinfo.load(der).subject)}-{facts.fingerprint_sha256[:8]}",
        der=der,
        subject=facts.subject,
        issuer=facts.issuer,
        subject_der=facts.subject_der,
        not_before=facts.not_before,
        not_after=facts.not_after,
        algorithm=facts.algorithm,
        key_bits=facts.key_bits,
        fingerprint_sha256=facts.fingerprint_sha256,
    )


def _called(subject: x509.Name) -> str:
    values = (
        attribute.value for oid in _NAMING for attribute in subject.get_attributes_for_oid(oid)
    )
    text = next((value for value in values if isinstance(value, str)), "")
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9]+", "_", letters).strip("_")[:MAX_NAME] or "CA"
