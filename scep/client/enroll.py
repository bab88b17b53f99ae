"""PKCSReq, RenewalReq and CertPoll: asking for a certificate, and asking again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Minimum
from scep.client.operation import KnownCa, PkiOperation, Sending
from scep.client.words import match_step, too_weak
from scep.issued import find_issued
from scep.messages import CertPoll, CertRep, Identity, IssuerAndSubject, TransactionId
from scep.prepare import PreparedRequest, request_of
from scep.transcript import Recorder, StepName, drop
from scep.vocabulary import Cipher, MessageType, PkiStatus

_RENEWAL: Final = (
    "Some servers list Renewal and take no RenewalReq, or want a challenge password with it: try "
    "the compatible way, a PKCSReq signed with the old certificate, or enroll anew."
)
_UNREADABLE: Final = (
    "The challenge password encrypts the request: if it is wrong, used or expired, the server "
    "cannot read the request. Get a new one."
)
_WEAK: Final = (
    "The request was encrypted with 3DES, which some servers with their key in hardware cannot "
    "unwrap: enable AES on the server, so that it lists it."
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate was issued, and it is ours.

    Attributes:
        certificate_der: the certificate for our key.
        others_der: the other certificates that came with it.
        differences: how it differs from the request, in words.
    """

    certificate_der: bytes = field(repr=False)
    others_der: tuple[bytes, ...] = field(default=(), repr=False)
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """The request waits for a decision; ask again with :class:`Poll`."""

    transaction_id: str


EnrollmentResult: TypeAlias = Issued | Pending


class _Enrollment(PkiOperation[EnrollmentResult]):
    """A message that may be answered with a certificate for the key of a CSR."""

    def __init__(
        self, sending: Sending, ca: KnownCa, csr_der: bytes, *, now: datetime, record: Recorder
    ) -> None:
        super().__init__(sending, ca, record=record)
        self._csr = cms.read_csr(csr_der)
        self._now = now

    def accept(self, rep: CertRep) -> EnrollmentResult:
        """Match what was issued with the request."""
        if rep.status is PkiStatus.PENDING:
            return Pending(rep.transaction_id)
        issuers = [one.certificate for one in self._ca.bundle.issuers]
        found = find_issued(rep.certificates, self._csr, issuers)
        digest = found.certificate.scheme.digest
        if digest.is_weak and self._ca.minimum is Minimum.STRICT:
            fact = f"The certificate is signed with {digest}, which strict does not accept."
            raise too_weak(fact, StepName.MATCH)
        self._record(match_step(found, self._now))
        return Issued(found.certificate.der, found.others_der, found.differences)


class Enroll(_Enrollment):
    """PKCSReq or RenewalReq: asks for a certificate."""

    def __init__(
        self,
        *,
        prepared: PreparedRequest,
        reply_key: RSAPrivateKey,
        bundle: CaBundle,
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Send a prepared request.

        Args:
            prepared: from :func:`scep.prepare.prepare` or
                :func:`scep.prepare.prepare_renewal`, kept before this.
            reply_key: opens the replies: the key that was enrolled, or of a renewal the key of
                the certificate that is renewed.
            bundle: the CA's certificates, checked.
            minimum: the weakest reply that is accepted.
            now: for the validity of the issued certificate.
            record: takes the steps.
        """
        sending = Sending(
            stage=StepName.PKIOPERATION,
            request=request_of(prepared),
            message_der=prepared.message_der,
            identity=Identity(prepared.signer_certificate_der, reply_key),
            advice=_advice(prepared),
        )
        ca = KnownCa(bundle, prepared.algorithms, minimum)
        super().__init__(sending, ca, prepared.csr_der, now=now, record=record)


def _advice(prepared: PreparedRequest) -> str:
    """Say what to try when a server does not take a request, beside what its reason suggests."""
    advice = [_RENEWAL] if prepared.message_type is MessageType.RENEWAL_REQ else []
    advice += [_UNREADABLE] if cms.opens_with_password(prepared.message_der) else []
    advice += [_WEAK] if prepared.algorithms.cipher is Cipher.DES3 else []
    return " ".join(advice)


class Poll(_Enrollment):
    """CertPoll: asks whether a pending request has been decided."""

    def __init__(
        self,
        *,
        prepared: PreparedRequest,
        reply_key: RSAPrivateKey,
        bundle: CaBundle,
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Ask about a prepared request that was answered with PENDING; as for :class:`Enroll`.

        The message has the same transaction id and a fresh nonce. It names the subject of the CA
        that issues, not of the RA (section 3.3.3): servers look requests up by it.
        """
        csr = cms.read_csr(prepared.csr_der)
        identity = Identity(prepared.signer_certificate_der, reply_key)
        names = IssuerAndSubject(bundle.ca.certificate.subject_der, csr.subject_der)
        transaction_id = TransactionId(prepared.transaction_id)
        poll = CertPoll(transaction_id, codec.fresh_nonce(), names, csr.challenge)
        message = codec.encode_request(
            poll,
            signer=identity,
            recipient_der=bundle.recipient.der,
            cipher=prepared.algorithms.cipher,
            digest=prepared.algorithms.digest,
            now=now,
        )
        sending = Sending(StepName.POLL, poll, message, identity)
        ca = KnownCa(bundle, prepared.algorithms, minimum)
        super().__init__(sending, ca, prepared.csr_der, now=now, record=record)
