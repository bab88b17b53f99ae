"""Certificates that nobody should trust any more, and finding those that were issued."""

from datetime import datetime

from democa import crl
from democa.crl import Revoked
from democa.issuer import Unacceptable
from democa.models import IssuedCertificate
from democa.services import authority, switches
from democa.services.authority import Succession
from democa.services.writing import writing
from domain.errors import NotFound
from pki import certinfo
from scep.messages import IssuerAndSerial
from scep.vocabulary import FailInfo


@writing()
def revoke(*, certificate_id: int, at: datetime) -> None:
    """Revoke a certificate for good.

    Raises:
        NotFound: there is none, or it is revoked already.
    """
    valid = IssuedCertificate.objects.filter(pk=certificate_id, revoked_at=None)
    if not valid.update(revoked_at=at):
        raise NotFound("There is no such certificate, or it is revoked already.")


def crl_of(*, generation: int, at: datetime) -> bytes:
    """Make the CRL of one CA, DER: what it issued and revoked, and what has not expired since.

    Raises:
        NotFound: there is no such CA.
    """
    if generation not in authority.succession(switches.read()).every:
        raise NotFound("There is no such CA.")
    rows = IssuedCertificate.objects.filter(
        revoked_at__isnull=False, not_after__gt=at, issued_by=generation
    )
    revoked = rows.order_by("pk").values_list("serial_hex", "revoked_at")
    entries = (Revoked(serial_hex, since) for serial_hex, since in revoked if since)
    return crl.build(entries, ca=authority.load(generation).issuing, at=at)


def crl_for(*, named: IssuerAndSerial, cas: Succession, at: datetime) -> bytes:
    """Answer a GetCRL: make the CRL of the CA that the client names as issuer.

    Raises:
        Unacceptable: no CA here has that name.
    """
    return crl_of(generation=_generation(named.issuer_der, cas), at=at)


def find(*, named: IssuerAndSerial, cas: Succession) -> bytes:
    """Answer a GetCert: the certificate, DER.

    Raises:
        Unacceptable: nothing was issued under that name and number.
    """
    rows = IssuedCertificate.objects.filter(
        issued_by=_generation(named.issuer_der, cas), serial_hex=certinfo.serial_hex(named.serial)
    )
    found = rows.first()
    if found is None:
        text = "This CA has issued no certificate with this serial number."
        raise Unacceptable(FailInfo.BAD_CERT_ID, text)
    return bytes(found.certificate_der)


def _generation(issuer_der: bytes, cas: Succession) -> int:
    for generation in cas.every:
        ca = certinfo.load(authority.load(generation).issuing.certificate_der)
        if ca.subject.public_bytes() == issuer_der:
            return generation
    text = "No CA here has this name. Name the issuing CA, not its RA."
    raise Unacceptable(FailInfo.BAD_CERT_ID, text)
