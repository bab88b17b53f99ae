"""PKCSReq, RenewalReq and CertPoll: asking for a certificate, and asking again."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Minimum
from scep.client.session import Exchange, Exchanges, describe_reply, require_message, require_ok
from scep.client.words import (
    describe_request,
    match_step,
    operation_step,
    refusal,
    too_weak,
    verify_step,
    weaknesses,
)
from scep.errors import MalformedReply, NotTrusted, ReplyUndecipherable, ReplyUnreadable
from scep.issued import find_issued
from scep.messages import CertPoll, CertRep, Identity, IssuerAndSubject, Request, TransactionId
from scep.prepare import PreparedRequest, request_of
from scep.transcript import Recorder, StepName, drop
from scep.vocabulary import MediaType, Operation, PkiStatus
from scep.wire import HttpReply, HttpRequest


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


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a reply is judged by."""

    bundle: CaBundle
    minimum: Minimum
    now: datetime


class _PkiOperation(Exchanges[EnrollmentResult]):
    """One pkiMessage and its CertRep."""

    def __init__(
        self,
        *,
        stage: StepName,
        request: HttpRequest,
        expected: codec.Expected,
        terms: _Terms,
        csr: cms.Csr,
        record: Recorder,
    ) -> None:
        super().__init__(
            Exchange(stage, request, self._take, describe_request(expected.request)), record=record
        )
        self._stage = stage
        self._request = request
        self._expected = expected
        self._terms = terms
        self._csr = csr

    def _take(self, reply: HttpReply) -> None:
        require_ok(reply, self._stage, self._request)
        require_message(reply, self._stage)
        try:
            rep = codec.decode_reply(reply.body, self._expected)
        except NotTrusted:
            self._record(operation_step(self._stage, None, reply))
            raise
        except MalformedReply as error:
            locked = isinstance(error, cms.Undecipherable)
            kind = ReplyUndecipherable if locked else ReplyUnreadable
            raise kind(
                f"The server's answer is not usable. {error.fact}",
                stage=self._stage,
                hint=error.hint or "Look into the log of the server, and check the server URL.",
                details=describe_reply(reply),
            ) from error
        if rep.status is PkiStatus.FAILURE:
            raise refusal(rep, self._stage)
        self._record(operation_step(self._stage, rep, reply))
        self._verify_strength(rep)
        if rep.status is PkiStatus.PENDING:
            self.finish(Pending(rep.transaction_id))
        else:
            self._match(rep)

    def _verify_strength(self, rep: CertRep) -> None:
        weak = weaknesses(rep)
        if weak and self._terms.minimum is Minimum.STRICT:
            fact = f"The reply is {' and '.join(weak)}, which strict does not accept."
            raise too_weak(fact, StepName.VERIFY)
        self._record(verify_step(rep, weak))

    def _match(self, rep: CertRep) -> None:
        issuers = [one.certificate for one in self._terms.bundle.issuers]
        found = find_issued(rep.certificates, self._csr, issuers)
        digest = found.certificate.scheme.digest
        if digest.is_weak and self._terms.minimum is Minimum.STRICT:
            fact = f"The certificate is signed with {digest}, which strict does not accept."
            raise too_weak(fact, StepName.MATCH)
        self._record(match_step(found, self._terms.now))
        self.finish(Issued(found.certificate.der, found.others_der, found.differences))


class Enroll(_PkiOperation):
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
        identity = Identity(prepared.signer_certificate_der, reply_key)
        super().__init__(
            stage=StepName.PKIOPERATION,
            request=_http_request(prepared.message_der, post=prepared.algorithms.post),
            expected=_expected(request_of(prepared), identity, bundle, minimum),
            terms=_Terms(bundle, minimum, now),
            csr=cms.read_csr(prepared.csr_der),
            record=record,
        )


class Poll(_PkiOperation):
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
        super().__init__(
            stage=StepName.POLL,
            request=_http_request(message, post=prepared.algorithms.post),
            expected=_expected(poll, identity, bundle, minimum),
            terms=_Terms(bundle, minimum, now),
            csr=csr,
            record=record,
        )


def _http_request(message: bytes, *, post: bool) -> HttpRequest:
    operation = ("operation", Operation.PKI_OPERATION.value)
    if post:
        return HttpRequest("POST", (operation,), message, MediaType.PKI_MESSAGE)
    # Standard alphabet, no line breaks (section 4.1): servers choke on anything else.
    return HttpRequest("GET", (operation, ("message", base64.b64encode(message).decode())))


def _expected(
    request: Request, identity: Identity, bundle: CaBundle, minimum: Minimum
) -> codec.Expected:
    return codec.Expected(
        request=request,
        recipient=identity,
        signers=tuple(one.certificate for one in bundle.signers),
        nonce_required=minimum is not Minimum.LEGACY,
    )
