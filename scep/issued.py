"""The issued certificate: the one with our key, signed by the CA, compared with the request."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pki.oids import EXTENDED_KEY_USAGES
from scep import cms
from scep.errors import NotOurCertificate, ReplyUnreadable
from scep.transcript import StepName

_YOUNGER: Final = timedelta(minutes=1)
"""How much later than our request a certificate may begin; micromdm does not backdate."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a certificate beside the same of its request.

    Attributes:
        name: what people call it.
        requested: what was asked for, in words.
        issued: what the CA made of it, in words.
        differences: sentences; empty when the CA kept to the request.
    """

    name: str
    requested: str
    issued: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The certificate that is ours, and what is worth knowing about it.

    Attributes:
        certificate: as read.
        others_der: the other certificates of the reply, in their order.
        issuer: the CA certificate that has signed it.
        fields: what it says beside what was requested.
    """

    certificate: cms.Certificate = field(repr=False)
    others_der: tuple[bytes, ...] = field(repr=False)
    issuer: cms.Certificate = field(repr=False)
    fields: tuple[Field, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """How it differs from the request, in sentences."""
        return tuple(difference for one in self.fields for difference in one.differences)


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
        fields = _compare(csr, ours[0])
    except cms.Unreadable as error:
        raise ReplyUnreadable(error.fact, stage=StepName.MATCH) from error
    return Found(ours[0], tuple(one.der for one in others), issuer, fields)


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


def validity_remarks(found: Found, now: datetime) -> tuple[str, ...]:
    """Say what is odd about the time of validity.

    Args:
        found: as issued, with its issuer.
        now: taken before the request was sent, so the certificate may be a little younger.
    """
    certificate, issuer = found.certificate, found.issuer
    remarks = []
    if now < certificate.not_before - _YOUNGER:
        remarks.append(
            f"It is not valid before {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC; "
            "one of the two clocks is wrong."
        )
    if now > certificate.not_after:
        remarks.append(f"It expired on {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC.")
    if certificate.not_after > issuer.not_after:
        remarks.append(
            f"It is valid until {certificate.not_after:%Y-%m-%d}, longer than its CA, which ends "
            f"on {issuer.not_after:%Y-%m-%d}."
        )
    return tuple(remarks)


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


def _compare(csr: cms.Csr, certificate: cms.Certificate) -> tuple[Field, ...]:
    """Compare what was asked for with what was issued, field by field.

    The key is the same, or the certificate would not be ours. Key usage and purposes that the
    request leaves open are the CA's to choose.
    """
    return (
        _subject(csr, certificate),
        _list("subject alternative name", csr.alternative_names, certificate.alternative_names),
        _list("key usage", *_usages(csr.key_usage, certificate.key_usage)),
        _list("extended key usage", *_purposes(csr.purposes, certificate.purposes)),
        _kind(certificate),
    )


def _subject(csr: cms.Csr, certificate: cms.Certificate) -> Field:
    differences: tuple[str, ...] = ()
    if not cms.same_name(csr.subject_der, certificate.subject_der):
        issued = certificate.subject or "empty"
        differences = (f"The subject is {issued}; requested was {csr.subject}.",)
    return Field("subject", csr.subject, certificate.subject, differences)


def _kind(certificate: cms.Certificate) -> Field:
    differences: tuple[str, ...] = ()
    if certificate.is_ca:
        differences = ("It is the certificate of a CA, which was not requested.",)
    issued = "CA" if certificate.is_ca else "end entity"
    return Field("kind", "end entity", issued, differences)


def _usages(
    requested: frozenset[str] | None, issued: frozenset[str] | None
) -> tuple[Sequence[str], Sequence[str]]:
    given = sorted(issued or ())
    return (given, given) if requested is None else (sorted(requested), given)


def _purposes(
    requested: Sequence[str], issued: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    given = [EXTENDED_KEY_USAGES.get(one, one) for one in issued]
    asked = [EXTENDED_KEY_USAGES.get(one, one) for one in requested]
    return asked or given, given


def _list(what: str, requested: Sequence[str], issued: Sequence[str]) -> Field:
    missing = [one for one in requested if one not in issued]
    added = [one for one in issued if one not in requested]
    differences = []
    if missing:
        differences.append(f"The {what} lacks {', '.join(missing)}, which was requested.")
    if added:
        differences.append(f"The {what} has {', '.join(added)}, which was not requested.")
    return Field(what, _words(requested), _words(issued), tuple(differences))


def _words(values: Sequence[str]) -> str:
    return ", ".join(values) or "none"
