"""A certificate in words: everything lists and detail views show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pki.errors import CertificateUnreadable

__all__ = ["CertificateFacts", "CertificateUnreadable", "ExtensionFacts", "read"]

MAX_CERTIFICATE_BYTES: Final = 64 * 1024
"""Largest certificate read; real ones have 0.5 to 3 kB, those with many names 20."""


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
    raise NotImplementedError
