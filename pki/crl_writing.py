"""Certificate revocation lists of CAs on this device (RFC 5280 section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from pki import certinfo
from pki.private_keys import PrivateKey, require_pair

VALID_FOR: Final = timedelta(days=7)
"""How long after it was made a list is replaced at the latest."""


class Reason(StrEnum):
    """Why a certificate is revoked, in the words of RFC 5280 section 5.3.1."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION = "cessationOfOperation"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of a list."""

    serial: int
    revoked_at: datetime
    reason: Reason


def write(issuer_der: bytes, key: PrivateKey, revoked: Sequence[Revoked], *, at: datetime) -> bytes:
    """Make a list; the result is DER.

    Its number is the time in seconds, which grows without anything being remembered.

    Args:
        issuer_der: the CA's certificate.
        key: the CA's key.
        revoked: what it lists; each serial number once.
        at: when it is made; aware.

    Raises:
        CertificateUnreadable: the CA's certificate is not one.
        KeyMismatch: the key does not belong to it.
    """
    require_pair(key, issuer_der)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certinfo.load(issuer_der).subject)
        .last_update(at)
        .next_update(at + VALID_FOR)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(_key_id(issuer_der, key), critical=False)
    )
    for line in revoked:
        builder = builder.add_revoked_certificate(_line(line))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _key_id(issuer_der: bytes, key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    """The CA's own identifier, or, as our CAs have none, what it would be."""
    known = certinfo.read(issuer_der).subject_key_id
    if known:
        return x509.AuthorityKeyIdentifier(bytes.fromhex(known), None, None)
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _line(line: Revoked) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder().serial_number(line.serial).revocation_date(line.revoked_at)
    )
    # RFC 5280 section 5.3.1: "unspecified" should be left out.
    if line.reason is not Reason.UNSPECIFIED:
        reason = x509.CRLReason(x509.ReasonFlags(line.reason.value))
        builder = builder.add_extension(reason, critical=False)
    return builder.build()
