"""GetNextCACert: the CA certificate to come, announced by the present one."""

from dataclasses import dataclass
from datetime import datetime

from scep import cms
from scep.cacert import CaBundle, check_chain, check_keys, check_validity, sort_out, weak_signatures
from scep.capabilities import LEAST_RSA_BITS, Capabilities, Minimum
from scep.client.ca_words import describe_certificate
from scep.client.session import (
    Exchange,
    Exchanges,
    ca_request,
    describe_reply,
    require_message,
    require_ok,
)
from scep.client.words import too_weak
from scep.errors import NextCaUnavailable, NextCaUnusable, ReplyNotVerified
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.vocabulary import Capability, Digest, MediaType, Operation
from scep.wire import HttpReply, media_type


@dataclass(frozen=True, slots=True)
class NextCa:
    """The CA certificates to come, not in force yet.

    Attributes:
        bundle: the certificates, sorted out as those of GetCACert are. Requests may be encrypted
            to them ahead of time; nothing else may be trusted because of them before they are due.
        takes_over: when the present CA certificate ends.
    """

    bundle: CaBundle
    takes_over: datetime

    def is_due(self, now: datetime) -> bool:
        """Tell whether the present CA certificate has ended, so that this one takes its place."""
        return now > self.takes_over


class FetchNextCa(Exchanges[NextCa]):
    """GetNextCACert (RFC 8894 section 4.7): asks which CA certificate comes next.

    The answer is signed by the present CA. Nothing in it is looked at before that is verified.
    """

    def __init__(
        self,
        *,
        current: CaBundle,
        capabilities: Capabilities,
        ca_ident: str = "",
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Ask a server for its next CA certificate.

        Args:
            current: the certificates of the present CA, checked.
            capabilities: what the server offers.
            ca_ident: which CA of the server; as for GetCACert.
            minimum: STRICT wants RSA keys of 2048 bits and no SHA-1.
            now: the next CA must not have expired already.
            record: takes the steps.

        Raises:
            NextCaUnavailable: the server does not list GetNextCACert.
        """
        if not capabilities.offers(Capability.GET_NEXT_CA_CERT):
            raise NextCaUnavailable(
                "The server does not list GetNextCACert.",
                stage=StepName.NEXT_CA,
                hint="Ask the CA's operator for the next CA certificate, or fetch the present one.",
            )
        request = ca_request(Operation.GET_NEXT_CA_CERT, ca_ident)
        super().__init__(Exchange(StepName.NEXT_CA, request, self._take), record=record)
        self._request = request
        self._current = current
        self._minimum = minimum
        self._now = now

    def _take(self, reply: HttpReply) -> None:
        require_ok(reply, StepName.NEXT_CA, self._request)
        require_message(reply, StepName.NEXT_CA)
        try:
            message = cms.read_signed(reply.body)
            self._verify(message)
            bundle = sort_out(cms.read_certificates(message.content))
        except cms.Unreadable as error:
            raise NextCaUnusable(
                f"The answer to GetNextCACert is not usable. {error.fact}",
                stage=StepName.NEXT_CA,
                hint="It must be signed by the present CA. Look into the log of the server.",
                details=describe_reply(reply),
            ) from error
        self._record(_received_step(bundle, reply))
        bundle = check_chain(bundle)
        check_validity(bundle, self._now, ahead=True)
        check_keys(bundle, LEAST_RSA_BITS[self._minimum])
        weak = weak_signatures(bundle)
        if weak and self._minimum is Minimum.STRICT:
            raise too_weak(f"{weak[0]}, which strict does not accept.", StepName.CHAIN)
        self._record(_order_step(bundle, self._current, message.digest))
        self.finish(NextCa(bundle, self._current.ca.certificate.not_after))

    def _verify(self, message: cms.SignedMessage) -> None:
        present = self._current.ca.certificate
        try:
            message.verify([present])
        except cms.SignatureInvalid as error:
            raise ReplyNotVerified(
                f"The next CA certificate is not announced by the present CA. {error.fact}",
                stage=StepName.VERIFY,
                hint="Nothing of it was taken. Ask the CA's operator before you trust a new CA.",
                details=(
                    ("Signer named in the answer", str(message.signer_id)),
                    ("Present CA", f"{present.subject}, {present.serial_hex}"),
                ),
            ) from error
        if message.digest.is_weak and self._minimum is Minimum.STRICT:
            fact = f"The next CA is announced with {message.digest}, which strict does not accept."
            raise too_weak(fact, StepName.VERIFY)


def _received_step(bundle: CaBundle, reply: HttpReply) -> Step:
    kind = media_type(reply.content_type)
    odd = "" if kind == MediaType.NEXT_CA_CERT else f" Its content type is {kind or 'missing'}."
    details = [pair for one in bundle.certificates for pair in describe_certificate(one)]
    return Step(
        StepName.NEXT_CA,
        Outcome.WARNED if odd else Outcome.PASSED,
        f"The server announces {bundle.ca.facts.subject}.{odd}",
        details=(*details, ("Content type", reply.content_type or "none")),
        duration_ms=reply.elapsed_ms,
    )


def _order_step(bundle: CaBundle, current: CaBundle, digest: Digest) -> Step:
    coming, present = bundle.ca.facts, current.ca.facts
    remarks = []
    if bundle.ca.der == current.ca.der:
        remarks.append("It is the present CA certificate itself.")
    elif coming.not_before > present.not_after:
        remarks.append("It begins only after the present one has ended: there is a gap.")
    if digest.is_weak:
        remarks.append(f"The announcement is signed with {digest}, which is weak.")
    fact = (
        f"The present CA has signed the announcement; its own certificate is in force until "
        f"{present.not_after:%Y-%m-%d}, the next one is valid from {coming.not_before:%Y-%m-%d} "
        f"to {coming.not_after:%Y-%m-%d}."
    )
    return Step(
        StepName.VERIFY,
        Outcome.WARNED if remarks else Outcome.PASSED,
        " ".join((fact, *remarks)),
    )
