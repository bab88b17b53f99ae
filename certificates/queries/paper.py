"""What a certificate says, in every way that people read it."""

from dataclasses import dataclass
from datetime import datetime

from certificates import rules
from pki import bundle, certinfo, dump, openssl, printing, weaknesses
from pki.certinfo import CertificateFacts
from pki.explained import ExplainedExtension, explained
from pki.weaknesses import Finding


@dataclass(frozen=True, slots=True)
class Paper:
    """What a certificate says, in all the ways to read it; the longer ones are made when asked.

    Attributes:
        began: start of validity in words, as ``"3 days ago"``; likewise ``ends``.
        subject_hash: as ``openssl x509 -subject_hash_old``; likewise ``issuer_hash``.
        findings: what is weak about it, and what to do.
    """

    der: bytes
    facts: CertificateFacts
    began: str
    ends: str
    subject_hash: str
    issuer_hash: str
    findings: tuple[Finding, ...]

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return bundle.to_pem(self.der)

    @property
    def text(self) -> str:
        """The certificate as ``openssl x509 -text`` lays it out."""
        return printing.text(self.der)

    @property
    def asn1(self) -> str:
        """The certificate as a list of its ASN.1 elements."""
        return dump.text(dump.dump(self.der))

    @property
    def extensions(self) -> tuple[ExplainedExtension, ...]:
        """Every extension, explained."""
        return explained(self.der)


def paper_of(der: bytes, at: datetime) -> Paper:
    """Return what a certificate says.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    facts = certinfo.read(der)
    return Paper(
        der=der,
        facts=facts,
        began=rules.relative(facts.not_before, at),
        ends=rules.relative(facts.not_after, at),
        subject_hash=openssl.name_hash(facts.subject_der),
        issuer_hash=openssl.name_hash(facts.issuer_der),
        findings=weaknesses.find(facts),
    )
