"""The list of revoked certificates (RFC 5280 section 5). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from democa.certificate import issuer_of
from scep.messages import Signer

LIFETIME: Final = timedelta(hours=24)
"""From one list to the date when the next is due."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry: upper-case hex of the serial number, and since when."""

    serial_hex: str
    since: datetime


def build(revoked: Iterable[Revoked], *, ca: Signer, at: datetime) -> bytes:
    """Make and sign the list; the result is DER.

    Its number is the time in milliseconds: it grows, as it must, and nothing has to be kept.

    Args:
        revoked: what the CA revoked of what it issued.
        ca: the certificate that issued them, with its key.
        at: the time.
    """
    issuer, authority_key_id = issuer_of(ca.certificate_der)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(at + LIFETIME)
        .add_extension(authority_key_id, critical=False)
        .add_extension(x509.CRLNumber(int(at.timestamp() * 1000)), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(entry.serial_hex, 16))
            .revocation_date(entry.since)
            .build()
        )
    return builder.sign(ca.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
