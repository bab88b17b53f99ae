"""A certificate in words: everything lists and detail views show."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509

from pki import asn1
from pki.errors import UNREADABLE, CertificateUnreadable
from pki.extensions import explain, extended_key_usages, general_name, hex_text, key_usages
from pki.keys import describe
from pki.names import text
from pki.oids import EXTENSIONS, PUBLIC_KEYS, signature_words

__all__ = ["CertificateFacts", "CertificateUnreadable", "ExtensionFacts", "read", "serial_hex"]

MAX_CERTIFICATE_BYTES: Final = 64 * 1024
"""Largest certificate read; real ones have 0.5 to 3 kB, those with many names 20."""

MAX_HEX: Final = 2048
"""Most octets of an unknown extension that are shown."""

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """One extension, explained.

    Attributes:
        name: what people call it; the OID when nobody has a name for it.
        oid: dotted.
        critical: a verifier that does not know it must refuse the certificate.
        text: its value in words, one fact per line; hex when it is unknown or broken.
    """

    name: str
    oid: str
    critical: bool
    text: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says.

    Attributes:
        subject: RFC 4514-like text in the certificate's own order.
        issuer: the same for the issuer.
        serial_hex: upper-case hex, an even number of digits, no separators.
        not_before: aware, UTC.
        not_after: aware, UTC.
        algorithm: ``"RSA"``, ``"EC"``, ``"Ed25519"`` ...
        key_bits: size of the key; 0 when it cannot be read.
        signature_algorithm: words, such as ``"SHA-256 with RSA"``.
        is_ca: basic constraints say that it may issue.
        key_usage: RFC 5280 names, such as ``"digitalSignature"``.
        extended_key_usage: names, or OIDs without one.
        san: alternative names as ``"DNS:fw.example.com"``.
        extensions: every extension in the certificate's order.
        fingerprint_sha256: lower-case hex over the whole DER; likewise SHA-1 and MD5.
        subject_key_id: lower-case hex; empty when absent. Likewise ``authority_key_id``.
        subject_der: the name byte for byte. Likewise ``issuer_der``.
        public_key_der: SubjectPublicKeyInfo.
        self_issued: subject and issuer are the same bytes.
    """

    subject: str
    issuer: str
    serial_hex: str
    not_before: datetime
    not_after: datetime
    algorithm: str
    key_bits: int
    signature_algorithm: str
    is_ca: bool
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...]
    san: tuple[str, ...]
    extensions: tuple[ExtensionFacts, ...]
    fingerprint_sha256: str
    fingerprint_sha1: str
    fingerprint_md5: str
    subject_key_id: str
    authority_key_id: str
    subject_der: bytes
    issuer_der: bytes
    public_key_der: bytes
    self_issued: bool


def read(der: bytes) -> CertificateFacts:
    """Read a certificate from anyone; extensions that cannot be decoded are shown as hex.

    Raises:
        CertificateUnreadable: larger than :data:`MAX_CERTIFICATE_BYTES`, or not a certificate.
    """
    certificate = load(der)
    try:
        return _facts(certificate, der)
    except UNREADABLE as error:
        message = "A part of the certificate that must be there cannot be read."
        raise CertificateUnreadable(message) from error


def load(der: bytes) -> x509.Certificate:
    """Load a certificate from anyone.

    Raises:
        CertificateUnreadable: larger than :data:`MAX_CERTIFICATE_BYTES`, or not a certificate.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        message = f"{len(der)} bytes are too many; at most {MAX_CERTIFICATE_BYTES} are read."
        raise CertificateUnreadable(message)
    try:
        return x509.load_der_x509_certificate(der)
    except UNREADABLE as error:
        raise CertificateUnreadable("The bytes are not an X.509 certificate.") from error


def serial_hex(serial: int) -> str:
    """Write a serial number: upper-case hex, an even number of digits."""
    digits = f"{serial:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def _facts(certificate: x509.Certificate, der: bytes) -> CertificateFacts:
    raw = asn1.certificate_members(certificate.tbs_certificate_bytes)
    algorithm, key_bits = _key(certificate)
    found = _Found(_decoded(certificate))
    return CertificateFacts(
        subject=text(certificate.subject),
        issuer=text(certificate.issuer),
        serial_hex=serial_hex(certificate.serial_number),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        algorithm=algorithm,
        key_bits=key_bits,
        signature_algorithm=signature_words(certificate.signature_algorithm_oid.dotted_string),
        is_ca=found.is_ca(),
        key_usage=found.key_usage(),
        extended_key_usage=found.extended_key_usage(),
        san=found.san(),
        extensions=_explained(certificate, found),
        fingerprint_sha256=hashlib.sha256(der).hexdigest(),
        fingerprint_sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        fingerprint_md5=hashlib.md5(der, usedforsecurity=False).hexdigest(),
        subject_key_id=found.subject_key_id(),
        authority_key_id=found.authority_key_id(),
        subject_der=raw.subject,
        issuer_der=raw.issuer,
        public_key_der=raw.public_key,
        self_issued=raw.subject == raw.issuer,
    )


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    try:
        return describe(certificate.public_key())
    except UNREADABLE:
        oid = certificate.public_key_algorithm_oid.dotted_string
        return PUBLIC_KEYS.get(oid, oid), 0


def _decoded(certificate: x509.Certificate) -> tuple[x509.Extension[x509.ExtensionType], ...]:
    """Every extension, or none at all: one broken value spoils the whole list."""
    try:
        return tuple(certificate.extensions)
    except UNREADABLE:
        return ()


def _explained(certificate: x509.Certificate, found: "_Found") -> tuple[ExtensionFacts, ...]:
    if found.extensions:
        return tuple(_extension(item) for item in found.extensions)
    # Nothing decoded: show what stands there. A list that is no list is shown as no extensions.
    try:
        raw = asn1.certificate_extensions(certificate.tbs_certificate_bytes)
    except UNREADABLE:
        return ()
    return tuple(
        ExtensionFacts(EXTENSIONS.get(oid, oid), oid, critical, hex_text(value[:MAX_HEX]))
        for oid, critical, value in raw
    )


def _extension(item: x509.Extension[x509.ExtensionType]) -> ExtensionFacts:
    oid = item.oid.dotted_string
    return ExtensionFacts(EXTENSIONS.get(oid, oid), oid, item.critical, explain(item.value))


@dataclass(frozen=True, slots=True)
class _Found:
    """The extensions that were decoded, asked by kind."""

    extensions: tuple[x509.Extension[x509.ExtensionType], ...]

    def one(self, kind: type[ExtensionT]) -> ExtensionT | None:
        """The value of the first extension of this kind."""
        return next((e.value for e in self.extensions if isinstance(e.value, kind)), None)

    def is_ca(self) -> bool:
        value = self.one(x509.BasicConstraints)
        return value is not None and value.ca

    def key_usage(self) -> tuple[str, ...]:
        value = self.one(x509.KeyUsage)
        return key_usages(value) if value else ()

    def extended_key_usage(self) -> tuple[str, ...]:
        value = self.one(x509.ExtendedKeyUsage)
        return extended_key_usages(value) if value else ()

    def san(self) -> tuple[str, ...]:
        value = self.one(x509.SubjectAlternativeName)
        return tuple(general_name(name) for name in value) if value else ()

    def subject_key_id(self) -> str:
        value = self.one(x509.SubjectKeyIdentifier)
        return value.digest.hex() if value else ""

    def authority_key_id(self) -> str:
        value = self.one(x509.AuthorityKeyIdentifier)
        return value.key_identifier.hex() if value and value.key_identifier else ""
