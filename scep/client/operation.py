"""PKIOperation: one pkiMessage, and the CertRep that answers it."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TypeVar

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Algorithms, Minimum
from scep.client.session import Exchange, Exchanges, describe_reply, require_message, require_ok
from scep.client.words import (
    describe_request,
    operation_step,
    refusal,
    too_weak,
    verify_step,
    weaknesses,
)
from scep.errors import (
    EnrollmentRefused,
    HttpRefused,
    MalformedReply,
    NotTrusted,
    ReplyUndecipherable,
    ReplyUnreadable,
)
from scep.messages import CertRep, Identity, Request
from scep.transcript import Recorder, StepName
from scep.vocabulary import PkiStatus
from scep.wire import HttpReply, pki_operation

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class KnownCa:
    """A CA whose certificates were fetched and checked, and how it is talked to.

    Attributes:
        bundle: its certificates.
        algorithms: from :func:`scep.capabilities.choose`.
        minimum: the weakest reply that is accepted.
    """

    bundle: CaBundle
    algorithms: Algorithms
    minimum: Minimum = Minimum.DEFAULT


@dataclass(frozen=True, slots=True)
class Sending:
    """A message on its way.

    Attributes:
        stage: the step it belongs to.
        request: what it says.
        message_der: the pkiMessage.
        identity: who signed it; opens the reply.
        advice: what else to try if the server does not take it; may be empty.
    """

    stage: StepName
    request: Request
    message_der: bytes = field(repr=False)
    identity: Identity
    advice: str = ""


class PkiOperation(Exchanges[ResultT]):
    """Sends one message, verifies what answers it, and leaves its meaning to a subclass."""

    def __init__(self, sending: Sending, ca: KnownCa, *, record: Recorder) -> None:
        request = pki_operation(sending.message_der, post=ca.algorithms.post)
        told = describe_request(sending.request)
        # The message itself is asked: the CA may have got another key since it was written.
        kept = not cms.opens_with_password(sending.message_der)
        super().__init__(Exchange(sending.stage, request, self._take, told, kept), record=record)
        self._sending = sending
        self._ca = ca
        self._request = request
        self._expected = codec.Expected(
            request=sending.request,
            recipient=sending.identity,
            signers=tuple(one.certificate for one in ca.bundle.signers),
            nonce_required=ca.minimum is not Minimum.LEGACY,
        )

    @abstractmethod
    def accept(self, rep: CertRep) -> ResultT:
        """Give the result of a verified reply that is no FAILURE; record the last steps.

        Raises:
            ScepError: it holds something else than what was asked for.
        """

    def _take(self, reply: HttpReply) -> None:
        stage = self._sending.stage
        try:
            require_ok(reply, stage, self._request)
            require_message(reply, stage)
            rep = self._decode(reply)
            if rep.status is PkiStatus.FAILURE:
                raise refusal(rep, stage)
        except (HttpRefused, EnrollmentRefused) as error:
            error.hint = f"{error.hint} {self._sending.advice}".strip()
            raise
        self._record(operation_step(stage, rep, reply))
        self._verify_strength(rep)
        self.finish(self.accept(rep))

    def _decode(self, reply: HttpReply) -> CertRep:
        stage = self._sending.stage
        try:
            return codec.decode_reply(reply.body, self._expected)
        except NotTrusted:
            self._record(operation_step(stage, None, reply))
            raise
        except MalformedReply as error:
            locked = isinstance(error, cms.Undecipherable)
            kind = ReplyUndecipherable if locked else ReplyUnreadable
            raise kind(
                f"The server's answer is not usable. {error.fact}",
                stage=stage,
                hint=error.hint or "Look into the log of the server, and check the server URL.",
                details=describe_reply(reply),
            ) from error

    def _verify_strength(self, rep: CertRep) -> None:
        weak = weaknesses(rep)
        if weak and self._ca.minimum is Minimum.STRICT:
            fact = f"The reply is {' and '.join(weak)}, which strict does not accept."
            raise too_weak(fact, StepName.VERIFY)
        self._record(verify_step(rep, weak))
