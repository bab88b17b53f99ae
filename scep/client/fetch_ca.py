"""GetCACaps, then GetCACert: what a server can do, and its certificates."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from scep.cacert import (
    CaBundle,
    check_chain,
    check_fingerprint,
    check_keys,
    check_validity,
    leave_out_expired,
    read_bundle,
    read_fingerprint,
    weak_signatures,
)
from scep.capabilities import (
    LEAST_RSA_BITS,
    NOTHING,
    Capabilities,
    Compared,
    Minimum,
    parse,
    remember,
)
from scep.client.ca_words import (
    capabilities_step,
    certificates_step,
    chain_step,
    fingerprint_step,
    left_out,
    offered,
)
from scep.client.session import Exchange, Exchanges, ca_request, describe_reply, require_ok
from scep.client.words import too_weak
from scep.errors import Downgraded, MalformedReply, ScepError
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.vocabulary import Operation
from scep.wire import HttpReply

MAX_CAPS_REPLY_BYTES: Final = 64 * 1024
"""Most of a GetCACaps reply that is read; anything near it is judged to be no list."""


@dataclass(frozen=True, slots=True)
class FetchedCa:
    """What a server says about itself.

    Attributes:
        capabilities: what it can do, with what is remembered of it.
        caps_body: the list as received.
        bundle: its certificates, checked.
        pinned: whether a fingerprint authenticated them.
        losses: what it offered before and does not any more, one sentence each.
    """

    capabilities: Capabilities
    caps_body: bytes
    bundle: CaBundle
    pinned: bool
    losses: tuple[str, ...] = ()


class FetchCa(Exchanges[FetchedCa]):
    """GetCACaps, then GetCACert; checks fingerprint, chain and validity.

    A GetCACaps reply that cannot be used, or none at all, is a warning: RFC 8894 section 3.5.2
    wants it taken for a server without capabilities.
    """

    def __init__(
        self,
        *,
        ca_ident: str = "",
        fingerprint: str = "",
        minimum: Minimum = Minimum.DEFAULT,
        before: Capabilities = NOTHING,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Ask a server about itself.

        Args:
            ca_ident: which CA of the server; sent as ``message`` unless it is empty.
            fingerprint: of the CA certificate, MD5, SHA-1 or SHA-256; empty trusts any.
            minimum: STRICT wants RSA keys of 2048 bits and no SHA-1 under a certificate.
            before: what the server offered the last time, or is expected to.
            now: for validity.
            record: takes the steps.

        Raises:
            FingerprintUnusable: the fingerprint is not one.
        """
        if fingerprint:
            _check_before_sending(fingerprint, record)
        caps = replace(
            ca_request(Operation.GET_CA_CAPS, ca_ident),
            max_reply_bytes=MAX_CAPS_REPLY_BYTES,
            optional=True,
        )
        certificates = ca_request(Operation.GET_CA_CERT, ca_ident)
        super().__init__(
            Exchange(StepName.CAPS, caps, self._take_capabilities),
            Exchange(StepName.CACERT, certificates, self._take_certificates),
            record=record,
        )
        self._certificates_request = certificates
        self._fingerprint = fingerprint
        self._minimum = minimum
        self._before = before
        self._now = now
        self._compared = Compared(NOTHING)
        self._caps_body = b""

    def _take_capabilities(self, reply: HttpReply) -> None:
        listed = _read_capabilities(reply)
        self._caps_body = reply.body if reply.status == 200 else b""
        try:
            self._compared = remember(listed, self._before, self._minimum)
        except Downgraded as error:
            error.details = (*offered(listed), *describe_reply(reply))
            raise
        self._record(capabilities_step(self._compared, reply))

    def _take_certificates(self, reply: HttpReply) -> None:
        require_ok(reply, StepName.CACERT, self._certificates_request)
        bundle = _read_bundle(reply)
        self._record(certificates_step(bundle, reply))
        if self._fingerprint:
            bundle = check_fingerprint(bundle, self._fingerprint)
        self._record(fingerprint_step(bundle, self._fingerprint))
        received, related = bundle, check_chain(bundle)
        bundle = leave_out_expired(related, self._now)
        check_validity(bundle, self._now)
        check_keys(bundle, LEAST_RSA_BITS[self._minimum])
        weak = weak_signatures(bundle)
        if weak and self._minimum is Minimum.STRICT:
            raise too_weak(f"{weak[0]}, which strict does not accept.", StepName.CHAIN)
        strangers = left_out(received, related)
        self._record(chain_step(bundle, related, [*strangers, *(f"{one}." for one in weak)]))
        self.finish(
            FetchedCa(
                capabilities=self._compared.capabilities,
                caps_body=self._caps_body,
                bundle=bundle,
                pinned=bool(self._fingerprint),
                losses=self._compared.losses,
            )
        )


def _read_capabilities(reply: HttpReply) -> Capabilities:
    if reply.status == 200:
        return parse(reply.body)
    problem = f"The server answered GetCACaps with HTTP {reply.status}."
    if reply.status == 0:
        problem = "The server closed the connection instead of answering GetCACaps."
    return Capabilities(problem=problem)


def _read_bundle(reply: HttpReply) -> CaBundle:
    try:
        return read_bundle(reply.body, reply.content_type)
    except MalformedReply as error:
        status = ("HTTP status", str(reply.status))
        error.details = (status, *error.details)
        raise


def _check_before_sending(fingerprint: str, record: Recorder) -> None:
    try:
        read_fingerprint(fingerprint)
    except ScepError as error:
        record(Step(error.stage, Outcome.FAILED, error.fact, error.hint))
        raise
