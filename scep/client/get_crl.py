"""GetCRL: the CA's revocation list, over SCEP.

Where a certificate names a CRL distribution point, a plain download is better (RFC 8894 section
3.3.5): the CRL is signed, and nobody has to decrypt anything. SCEP has no message that revokes
(section 2.8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pki import crl
from pki.crl import Crl, Revocation
from pki.errors import CrlUnusable, SignatureWrong
from scep import cms, messages
from scep.cacert import CaCertificate
from scep.capabilities import Minimum
from scep.client.asking import Question
from scep.client.words import too_weak
from scep.errors import CrlNotTrusted, ReplyUnreadable
from scep.messages import CertRep
from scep.transcript import Outcome, Recorder, Step, StepName


@dataclass(frozen=True, slots=True)
class FetchedCrl:
    """The CA's CRL, its signature verified.

    Attributes:
        crl: what it says.
        revocation: when and why the certificate asked about was revoked; None when it was not.
        remarks: what is odd about the CRL, and tolerated.
    """

    crl: Crl = field(repr=False)
    revocation: Revocation | None = None
    remarks: tuple[str, ...] = ()


class GetCrl(Question[FetchedCrl]):
    """GetCRL: asks a CA for the CRL on which a certificate would stand (section 3.3.5)."""

    kind = messages.GetCrl
    stage = StepName.GET_CRL

    def accept(self, rep: CertRep) -> FetchedCrl:
        """Find the CRL of the CA, verify it, and look the certificate up."""
        search = Search(self._serial, self._ca.bundle.issuers, self._ca.minimum, self._now)
        return search.find(rep.crls, self._record)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for on a CRL, and who may have signed it.

    Attributes:
        serial: the number of the certificate.
        issuers: the CA that issued it first, then those above it.
        minimum: the weakest signature that is accepted.
        now: whether the CRL is out of date.
    """

    serial: int
    issuers: Sequence[CaCertificate]
    minimum: Minimum
    now: datetime

    def find(self, crls_der: Sequence[bytes], record: Recorder) -> FetchedCrl:
        """Find the CRL of the CA, verify it, and look the certificate up.

        Raises:
            ReplyUnreadable: none can be used.
            CrlNotTrusted: none is signed by the CA.
            TooWeak: its signature is, for the minimum.
        """
        found, issuer = _of_the_ca(_read(crls_der), self.issuers)
        if found.weak and self.minimum is Minimum.STRICT:
            fact = f"The CRL is signed with {found.signature_algorithm}, which strict refuses."
            raise too_weak(fact, StepName.MATCH)
        remarks = _remarks(found, issuer, self.now)
        try:
            revocation = found.revocation(self.serial)
        except CrlUnusable as error:
            raise ReplyUnreadable(str(error), stage=StepName.MATCH) from error
        record(_step(found, self.serial, revocation, remarks))
        return FetchedCrl(found, revocation, remarks)


def _read(crls_der: Sequence[bytes]) -> list[Crl]:
    """Read the CRLs that can be used; a delta CRL beside the complete one is passed over."""
    read: list[Crl] = []
    problems: list[CrlUnusable] = []
    for der in crls_der:
        try:
            read.append(crl.read(der))
        except CrlUnusable as error:
            problems.append(error)
    if not read:
        raise ReplyUnreadable(str(problems[0]), stage=StepName.MATCH) from problems[0]
    return read


def _of_the_ca(crls: Sequence[Crl], issuers: Sequence[CaCertificate]) -> tuple[Crl, CaCertificate]:
    """Find a CRL that a CA we trust has signed, the issuing CA's first."""
    for issuer in issuers:
        for one in crls:
            if cms.same_name(issuer.certificate.subject_der, one.issuer_der):
                try:
                    one.verify(issuer.certificate.public_key)
                except SignatureWrong:
                    continue
                return one, issuer
    raise CrlNotTrusted(
        f"The CRL was not signed by the CA {issuers[0].facts.subject}.",
        stage=StepName.MATCH,
        hint="Fetch the CA certificate again, and check the CA-IDENT.",
        details=tuple(("Issuer of the CRL", one.issuer) for one in crls),
    )


def _remarks(found: Crl, issuer: CaCertificate, now: datetime) -> tuple[str, ...]:
    remarks = []
    if found.this_update > now:
        remarks.append(
            f"It was made at {found.this_update:%Y-%m-%d %H:%M} UTC, which is yet to come: one of "
            "the two clocks is wrong."
        )
    if found.next_update is None:
        remarks.append("It does not say when the next one is due.")
    elif found.next_update < now:
        remarks.append(
            f"It is out of date: the next one was due at {found.next_update:%Y-%m-%d %H:%M} UTC."
        )
    if found.partial:
        remarks.append("It covers some certificates of the CA only, or some reasons.")
    if found.weak:
        remarks.append(f"It is signed with {found.signature_algorithm}, which is weak.")
    if not issuer.has_usage("cRLSign"):
        remarks.append(f"The key usage of {issuer.facts.subject} lacks cRLSign.")
    return tuple(remarks)


def _step(found: Crl, serial: int, revocation: Revocation | None, remarks: tuple[str, ...]) -> Step:
    number = cms.serial_text(serial)
    state = f"Certificate {number} is not revoked."
    if revocation is not None:
        reason = f" ({revocation.reason})" if revocation.reason else ""
        state = f"Certificate {number} was revoked on {revocation.revoked_at:%Y-%m-%d}{reason}."
    odd = revocation is not None or bool(remarks)
    due = f"{found.next_update:%Y-%m-%d %H:%M:%S} UTC" if found.next_update else "not said"
    return Step(
        StepName.MATCH,
        Outcome.WARNED if odd else Outcome.PASSED,
        " ".join(("The CRL is signed by the CA.", state, *remarks)),
        details=(
            ("Issuer", found.issuer),
            ("Number", str(found.number) if found.number is not None else "none"),
            ("Made", f"{found.this_update:%Y-%m-%d %H:%M:%S} UTC"),
            ("Next due", due),
            ("Revoked certificates", f"{found.revoked:,}"),
            ("Signature", found.signature_algorithm),
        ),
    )
