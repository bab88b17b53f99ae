"""The issued certificate: the one with our key, signed by the CA, compared with the request."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scep import cms
from scep.errors import NotOurCertificate, ReplyUnreadable
from scep.transcript import StepName

_YOUNGER: Final = timedelta(minutes=1)
"""How much later than our request a certificate may begin; micromdm does not backdate."""


@dataclass(frozen=True, slots=True)
class Found:
    """The certificate that is ours, and what is worth knowing about it.

    Attributes:
        certificate: as read.
        others_der: the other certificates of the reply, in their order.
        issuer: the CA certificate that has signed it.
        differences: how it differs from the request, in words.
    """

    certificate: cms.Certificate = field(repr=False)
    others_der: tuple[bytes, ...] = field(repr=False)
    issuer: cms.Certificate = field(repr=False)
    differences: tuple[str, ...]


def find_issued(
    certificates_der: Sequence[bytes], csr: cms.Csr, issuers: Sequence[cms.Certificate]
) -> Found:
    """Find the certificate that answers a request, by its key: the order means nothing.

    Args:
        certificates_der: what the reply holds.
        csr: the request.
        issuers: CA certificates that are trusted.

    Raises:
        ReplyUnreadable: a certificate cannot be read.
        NotOurCertificate: none has our key, several have, or the CA has not signed it.
    """
    try:
        certificates = [cms.read_certificate(der) for der in dict.fromkeys(certificates_der)]
        ours = [one for one in certificates if one.spki_der == csr.spki_der]
        if len(ours) != 1:
            raise _not_ours(certificates, len(ours))
        others = [one for one in certificates if one is not ours[0]]
        issuer = find_issuer(ours[0], others, issuers)
        differences = _differences(csr, ours[0])
    except cms.Unreadable as error:
        raise ReplyUnreadable(error.fact, stage=StepName.MATCH) from error
    return Found(ours[0], tuple(one.der for one in others), issuer, differences)


def find_issuer(
    certificate: cms.Certificate,
    others: Sequence[cms.Certificate],
    issuers: Sequence[cms.Certificate],
) -> cms.Certificate:
    """Find the CA that signed: one we trust, or a CA of the reply that one of these signed.

    Args:
        certificate: as received.
        others: what came with it.
        issuers: CA certificates that are trusted, issuing CA first.

    Raises:
        NotOurCertificate: none of them has signed it.
    """
    below = [one for one in others if one.is_ca and _signer(one, issuers) is not None]
    issuer = _signer(certificate, (*issuers, *below))
    if issuer is not None:
        return issuer
    raise NotOurCertificate(
        f"The certificate was not signed by the CA {issuers[0].subject}.",
        stage=StepName.MATCH,
        hint="Fetch the CA certificate again, and check the CA-IDENT: another CA has issued it.",
        details=(("Issuer of the certificate", certificate.issuer),),
    )


def validity_remark(certificate: cms.Certificate, now: datetime) -> str:
    """Say what is odd about the time of validity; empty when nothing is.

    Args:
        certificate: as issued.
        now: taken before the request was sent, so the certificate may be a little younger.
    """
    if now < certificate.not_before - _YOUNGER:
        return (
            f"It is not valid before {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC; "
            "one of the two clocks is wrong."
        )
    if now > certificate.not_after:
        return f"It expired on {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC."
    return ""


def _not_ours(certificates: Sequence[cms.Certificate], number: int) -> NotOurCertificate:
    found = "no certificate" if number == 0 else f"{number} certificates"
    return NotOurCertificate(
        f"The reply holds {found} for our key.",
        stage=StepName.MATCH,
        hint=(
            "NDES answers a repeated transaction with the certificate it issued before. Try again "
            "with a new key."
        ),
        details=tuple(("Certificate", one.subject) for one in certificates),
    )


def _signer(
    certificate: cms.Certificate, issuers: Sequence[cms.Certificate]
) -> cms.Certificate | None:
    for issuer in issuers:
        if not cms.same_name(issuer.subject_der, certificate.issuer_der):
            continue
        try:
            certificate.verify_issued_by(issuer)
        except (cms.SignatureInvalid, cms.Unsupported):
            continue
        return issuer
    return None


def _differences(csr: cms.Csr, certificate: cms.Certificate) -> tuple[str, ...]:
    differences = []
    if not cms.same_name(csr.subject_der, certificate.subject_der):
        differences.append(
            f"The subject is {certificate.subject or 'empty'}; requested was {csr.subject}."
        )
    differences += _changes(
        "subject alternative name", csr.alternative_names, certificate.alternative_names
    )
    if certificate.is_ca:
        differences.append("It is the certificate of a CA, which was not requested.")
    if csr.key_usage is not None:
        issued = certificate.key_usage or frozenset()
        differences += _changes("key usage", sorted(csr.key_usage), sorted(issued))
    return tuple(differences)


def _changes(what: str, requested: Sequence[str], issued: Sequence[str]) -> list[str]:
    missing = [one for one in requested if one not in issued]
    added = [one for one in issued if one not in requested]
    changes = []
    if missing:
        changes.append(f"The {what} lacks {', '.join(missing)}, which was requested.")
    if added:
        changes.append(f"The {what} has {', '.join(added)}, which was not requested.")
    return changes
