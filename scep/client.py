"""The client's sessions: each hands out the requests it wants made and takes the replies.

No session opens a socket or reads a clock. :func:`scep.transport.drive` runs them over HTTP, tests
run them against :mod:`scep.server` in memory. The steps of an exchange are recorded as they happen;
a failed step is recorded before its error is raised.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from scep.cacert import CaBundle
from scep.capabilities import Capabilities, Minimum
from scep.prepare import EnrollmentKey, PreparedRequest
from scep.transcript import Recorder, drop
from scep.wire import HttpReply, HttpRequest

ResultT_co = TypeVar("ResultT_co", covariant=True)


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
class FetchedCa:
    """What a server says about itself.

    Attributes:
        capabilities: what it can do.
        caps_body: the list as received.
        bundle: its certificates, checked.
        pinned: whether a fingerprint authenticated them.
    """

    capabilities: Capabilities
    caps_body: bytes
    bundle: CaBundle
    pinned: bool


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


class FetchCa:
    """GetCACaps, then GetCACert; checks fingerprint, chain and validity."""

    def __init__(
        self,
        *,
        ca_ident: str = "",
        fingerprint: str = "",
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        raise NotImplementedError

    @property
    def result(self) -> FetchedCa:
        """Capabilities and certificates."""
        raise NotImplementedError

    def next_request(self) -> HttpRequest | None:
        """GetCACaps, then GetCACert."""
        raise NotImplementedError

    def receive(self, reply: HttpReply) -> None:
        """Take the reply.

        Raises:
            HttpRefused: GetCACert was answered with an HTTP error.
            MalformedReply: the GetCACert body holds no certificate.
            NotTrusted: the certificates are not the ones expected, or not valid now.
            UnusableRequest: the fingerprint given is not one.
        """
        raise NotImplementedError


class Enroll:
    """PKCSReq: asks for a certificate."""

    def __init__(
        self,
        *,
        prepared: PreparedRequest,
        key: EnrollmentKey,
        bundle: CaBundle,
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        raise NotImplementedError

    @property
    def result(self) -> EnrollmentResult:
        """The certificate, or word that it is pending."""
        raise NotImplementedError

    def next_request(self) -> HttpRequest | None:
        """PKIOperation, once."""
        raise NotImplementedError

    def receive(self, reply: HttpReply) -> None:
        """Take the reply.

        Raises:
            HttpRefused: an HTTP error.
            MalformedReply: not a CertRep, or not decipherable.
            NotTrusted: signature, nonce, transaction or strength is not acceptable.
            EnrollmentRefused: the server refused.
        """
        raise NotImplementedError


class Poll(Enroll):
    """CertPoll: asks whether a pending request has been decided; raises what Enroll raises."""
