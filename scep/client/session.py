"""What every session is made of: exchanges in order, steps recorded, one result."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Generic, Protocol, TypeVar

from scep.errors import (
    CaCertificateUnusable,
    CapabilitiesUnusable,
    ChallengeRefused,
    HttpRefused,
    ReplyUnreadable,
    ScepError,
)
from scep.transcript import MAX_MESSAGE_BYTES, Outcome, Recorder, Step, StepName
from scep.vocabulary import Operation
from scep.wire import (
    GET_LIMIT,
    HttpReply,
    HttpRequest,
    describe_body,
    excerpt,
    looks_like_html,
    query_length,
)

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)

_ASKED: Final = {StepName.CHALLENGE: "the request for the challenge page"}
"""How a step is called in a sentence, where its name alone does not read well."""

_UNUSABLE: Final = {
    StepName.CAPS: CapabilitiesUnusable,
    StepName.CACERT: CaCertificateUnusable,
    StepName.CHALLENGE: ChallengeRefused,
}
"""What a body that cannot be used is, by stage; at any other stage it is a reply."""

_CHALLENGE_HINTS: Final = {
    404: "There is no page at the path of the challenge URL. On NDES it is /CertSrv/mscep_admin/.",
    500: (
        "Look into the event log of the server: NDES reports events 2 and 49 when it cannot read "
        "its own challenge password (EncryptedPassword in the registry)."
    ),
}
_TOO_LONG: Final = frozenset({404, 413, 414})
_HINTS: Final = {
    401: "The server wants a sign-in. The SCEP path must be open without one.",
    403: "The server forbids access. Check client certificates and address filters on it.",
    404: "There is no SCEP service at this path. On NDES it is /certsrv/mscep/.",
    405: "The service does not take this HTTP method. Check the path of the server URL.",
    429: "The server takes no more requests for now. Try again later, with fewer at once.",
    503: "The service is not running. On NDES, look at the SCEP application pool of IIS.",
}


class Session(Protocol[ResultT_co]):
    """An exchange of one or more requests that ends with a result or an error."""

    @property
    def result(self) -> ResultT_co:
        """What the exchange gave; only once :meth:`next_request` has returned None."""

    def next_request(self) -> HttpRequest | None:
        """Tell which request to make now; None when the exchange has its result."""

    def receive(self, reply: HttpReply) -> None:
        """Take the reply to the request handed out last.

        Raises:
            ScepError: the exchange ends here, without a result.
        """


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with what to do about its reply.

    Attributes:
        stage: the step it belongs to.
        request: what to send.
        take: reads the reply.
        sent: what the request says, decoded, each value with its label.
        kept: whether the step keeps the message sent. False where a password encrypts it: who
            has the message can try passwords on it for as long as they like.
    """

    stage: StepName
    request: HttpRequest
    take: Callable[[HttpReply], None]
    sent: tuple[tuple[str, str], ...] = ()
    kept: bool = True


class Exchanges(Generic[ResultT]):
    """Runs exchanges one after another; the base of all sessions.

    A subclass hands its exchanges over and calls :meth:`finish` while it takes the last reply.
    """

    def __init__(self, *exchanges: Exchange, record: Recorder) -> None:
        self._exchanges = list(exchanges)
        self._recorder = record
        self._answered: tuple[Exchange, HttpReply] | None = None
        self._results: list[ResultT] = []

    @property
    def result(self) -> ResultT:
        """What the session gave."""
        if not self._results:
            raise RuntimeError("the session has no result yet")
        return self._results[0]

    def next_request(self) -> HttpRequest | None:
        """Tell which request to make now; None when there is none left."""
        return self._exchanges[0].request if self._exchanges else None

    def receive(self, reply: HttpReply) -> None:
        """Take the reply to the request handed out last.

        Raises:
            ScepError: the session ends here; the failed step has been recorded.
        """
        exchange = self._exchanges.pop(0)
        self._answered = exchange, reply
        try:
            exchange.take(reply)
        except ScepError as error:
            self._exchanges.clear()
            duration_ms = reply.elapsed_ms if error.stage is exchange.stage else 0.0
            failed = Outcome.FAILED
            self._record(
                Step(error.stage, failed, error.fact, error.hint, error.details, duration_ms)
            )
            raise

    def _record(self, step: Step) -> None:
        """Record a step; the first one of an exchange tells what went over the wire, too."""
        if self._answered is not None and self._answered[0].stage is step.name:
            step = _with_wire(step, *self._answered)
            self._answered = None
        self._recorder(step)

    def finish(self, result: ResultT) -> None:
        """Set the result."""
        self._results.append(result)


def ca_request(operation: Operation, ca_ident: str) -> HttpRequest:
    """Ask about a CA; an identifier goes along as ``message`` unless it is empty."""
    query = [("operation", operation.value)]
    if ca_ident:
        query.append(("message", ca_ident))
    return HttpRequest("GET", tuple(query))


def require_ok(reply: HttpReply, exchange_stage: StepName, request: HttpRequest) -> None:
    """Refuse HTTP errors, and bodies larger than we read.

    Raises:
        HttpRefused: the status is not 200.
        ScepError: the body is too long; of the class that the stage has for unusable bodies.
    """
    if reply.status != 200:
        raise HttpRefused(
            f"The server answered {_ASKED.get(exchange_stage, exchange_stage)} with "
            f"HTTP {reply.status} and {describe_body(reply.body)}.",
            stage=exchange_stage,
            status=reply.status,
            hint=_hint(reply.status, request, exchange_stage),
            details=describe_reply(reply),
            retry_after_s=reply.retry_after_s,
        )
    if reply.truncated:
        # A challenge page is not quoted: the password may stand on it.
        told = describe_reply(reply) if exchange_stage is not StepName.CHALLENGE else ()
        unusable = _UNUSABLE.get(exchange_stage, ReplyUnreadable)
        raise unusable(
            f"The answer to {exchange_stage} is longer than {request.max_reply_bytes:,} bytes.",
            stage=exchange_stage,
            hint="This is no SCEP server, or somebody else has answered. Check the server URL.",
            details=told,
        )


def require_message(reply: HttpReply, exchange_stage: StepName) -> None:
    """Refuse bodies that are pages or empty where a message is due.

    Raises:
        ReplyUnreadable: it is one.
    """
    if reply.body and not looks_like_html(reply.body):
        return
    raise ReplyUnreadable(
        f"The server answered {exchange_stage} with {describe_body(reply.body)}.",
        stage=exchange_stage,
        hint="Check the path of the server URL, and that no login page or proxy stands before it.",
        details=describe_reply(reply),
    )


def describe_reply(reply: HttpReply) -> tuple[tuple[str, str], ...]:
    """Decode a reply for people: status, type, size and beginning."""
    return (
        ("HTTP status", str(reply.status)),
        ("Content type", reply.content_type or "none"),
        ("Size", f"{len(reply.body):,} bytes"),
        ("Body", excerpt(reply.body) if reply.body else "empty"),
    )


def _with_wire(step: Step, exchange: Exchange, reply: HttpReply) -> Step:
    """Add what was asked, by which message, and what came back, with their hashes.

    Nothing of a challenge page is kept, not even its hash: a short password could be found by it.
    """
    request = exchange.request
    details = [("Request", f"{request.method} {reply.url}".strip()), *exchange.sent]
    details += [("Header " + name, value) for name, value in reply.headers]
    if exchange.stage is StepName.CHALLENGE:
        return replace(step, details=(*details, *step.details))
    sent = _message(request)
    for what, body in (("sent", sent), ("received", reply.body)):
        if body:
            details.append((f"SHA-256 {what}", hashlib.sha256(body).hexdigest()))
    if sent:
        details.append(("Size sent", f"{len(sent):,} bytes"))
    if not exchange.kept:
        details.append(("Bytes sent", "not kept: the challenge password encrypts them"))
    kept = sent if exchange.kept else b""
    received = reply.body[:MAX_MESSAGE_BYTES]
    return replace(step, details=(*details, *step.details), sent=kept, received=received)


def _message(request: HttpRequest) -> bytes:
    """Give the message that a request carries, DER; a GET carries it as base64."""
    query = dict(request.query)
    if request.method == "GET" and query.get("operation") == Operation.PKI_OPERATION:
        return base64.b64decode(query.get("message", ""))
    return request.body


def _hint(status: int, request: HttpRequest, exchange_stage: StepName) -> str:
    if exchange_stage is StepName.CHALLENGE and status in _CHALLENGE_HINTS:
        return _CHALLENGE_HINTS[status]
    length = query_length(request.query)
    if status in _TOO_LONG and length > GET_LIMIT:
        return (
            f"The request has {length:,} characters as GET; IIS takes {GET_LIMIT:,} unless told "
            "otherwise. Let the server take POST (POSTPKIOperation), or raise its limits."
        )
    return _HINTS.get(status, "Look into the log of the server.")
