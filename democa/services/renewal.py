"""Renewal: a certificate of this CA proves who asks, instead of a password (scep.md S15)."""

from datetime import datetime, timedelta

from democa import holder
from democa.holder import Holder
from democa.issuer import Unacceptable
from democa.models import IssuedCertificate
from pki import certinfo
from scep.vocabulary import FailInfo


def find(certificate_der: bytes) -> IssuedCertificate | None:
    """Return what is known of a certificate, if it is one of this CA's, byte for byte.

    What says our name as its issuer proves nothing (S14); what we have kept does.
    """
    serial_hex = certinfo.serial_hex(certinfo.load(certificate_der).serial_number)
    found = IssuedCertificate.objects.filter(serial_hex=serial_hex).first()
    return found if found and bytes(found.certificate_der) == certificate_der else None


def check(old: IssuedCertificate | None, *, by: Holder, days: int, at: datetime) -> None:
    """Check that a certificate may be renewed, and that the request asks for nobody else.

    Args:
        old: the certificate that signed the request; None when it is not one of this CA's.
        by: for whom the request asks.
        days: how long before its end a certificate may be renewed.
        at: the time.

    Raises:
        Unacceptable: it may not.
    """
    if old is None:
        text = "The certificate that signed the request is not one of this CA's."
        raise Unacceptable(FailInfo.BAD_CERT_ID, text)
    if old.revoked_at is not None:
        raise _refusal("The certificate that signed the request has been revoked.")
    if at >= old.not_after:
        raise _refusal("The certificate that signed the request has expired.")
    first_day = old.not_after - timedelta(days=days)
    if at < first_day:
        raise _refusal(f"The certificate can be renewed from {first_day:%Y-%m-%d %H:%M} UTC on.")
    before = holder.of_certificate(bytes(old.certificate_der))
    if by.subject != before.subject or not set(by.names) <= set(before.names):
        text = "A renewal keeps the subject, and adds no alternative name."
        raise _refusal(f"{text} The certificate is for {before}.")


def _refusal(text: str) -> Unacceptable:
    return Unacceptable(FailInfo.BAD_REQUEST, text)
