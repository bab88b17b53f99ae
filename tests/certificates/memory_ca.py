"""A CA in memory: it answers sessions through the server half of ``scep``, without a socket."""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from django.db import connection

from scep import server as server_half
from scep.client import Session
from scep.errors import ScepError
from scep.messages import Identity
from scep.transcript import Recorder
from scep.transport import Server
from scep.vocabulary import FailInfo, MessageType
from scep.wire import HttpReply, HttpRequest
from tests.issuing import NOW, Issued, Wanted, issue, rsa_key

ResultT = TypeVar("ResultT")

CAPABILITIES: Final = ("AES", "POSTPKIOperation", "SHA-256", "SCEPStandard")
PAGE: Final = (
    "<HTML><Body>The thumbprint (hash value) for the CA certificate is: "
    "<B> A656FA66 AB12B433 A2DA5CF7 CC153D9A </B> The enrollment challenge password is: "
    "<B> {password} </B> This password can be used only once and will expire within 60 minutes."
    "</Body></HTML>"
)


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the product may catch it."""


def authority(
    name: str = "Acme CA",
    *,
    serial_of: str = "",
    not_before: datetime = NOW - timedelta(days=1),
    not_after: datetime = NOW + timedelta(days=3650),
) -> Issued:
    """Make a CA; another ``serial_of`` makes another certificate of the same name."""
    key = rsa_key(name + serial_of)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return issue(
        Wanted(
            name,
            ca=True,
            key=key,
            extensions=[(usage, True)],
            not_before=not_before,
            not_after=not_after,
        )
    )


@dataclass
class MemoryCa:
    """A SCEP server with a CA behind it.

    Attributes:
        ca: its certificate and key.
        others: further certificates of its GetCACert answer, before the CA's.
        challenge: password a request must carry; empty takes any.
        verdict: what it does with requests: ``"issue"``, ``"pend"`` or ``"refuse"``.
        replies: answers that replace its own, by operation; an error is raised instead.
        cuts: what happens at moments such as ``"before PKIOperation"``; each happens once.
        capabilities: what it says it can do.
        bulk: octets of an extension that makes its certificates larger.
        drops_extensions: whether its certificates lack what the request asked for.
        seen: operations it was asked for, in order.
        servers: whom the client thought it was talking to, one per operation.
        methods: HTTP methods of the PKIOperation messages.
        bodies: the PKIOperation messages it got.
        wishes: what those that it decided about asked for.
        refuses: types of messages that it does not take.
        fail_info: what it says when it refuses.
        adds: extensions that its certificates have whatever the request asks for.
        sites: what answers at other URLs: CRLs and OCSP responders.
        crl: its answer to GetCRL, DER.
        next_ca: the CA that it announces; what announces it is :attr:`announcer` or the CA.
    """

    ca: Issued = field(default_factory=authority)
    others: tuple[Issued, ...] = ()
    challenge: str = ""
    verdict: str = "issue"
    capabilities: tuple[str, ...] = CAPABILITIES
    bulk: int = 0
    drops_extensions: bool = False
    replies: dict[str, HttpReply | ScepError] = field(default_factory=dict)
    cuts: dict[str, Callable[[], object]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    issued: dict[str, bytes] = field(default_factory=dict)
    wishes: list[server_half.ServerRequest] = field(default_factory=list)
    refuses: frozenset[MessageType] = frozenset()
    fail_info: FailInfo = FailInfo.BAD_REQUEST
    adds: tuple[x509.ExtensionType, ...] = ()
    sites: dict[str, Callable[[HttpRequest], HttpReply]] = field(default_factory=dict)
    crl: bytes = b""
    next_ca: Issued | None = None
    announcer: Issued | None = None
    one_time_passwords: int = 0
    _blocks: int = field(default_factory=lambda: len(connection.atomic_blocks))

    def drive(self, session: Session[ResultT], server: Server, *, record: Recorder) -> ResultT:
        """Take the place of ``scep.transport.drive``."""
        del record
        while (request := session.next_request()) is not None:
            site = self.sites.get(server.url)
            operation = dict(request.query).get("operation", "site" if site else "challenge")
            self._refuse_transactions()
            self._cut(f"before {operation}")
            self.seen.append(operation)
            self.servers.append(server)
            reply = site(request) if site else self._answer(operation, request)
            self._cut(f"after {operation}")
            session.receive(reply)
        return session.result

    def cut(self, moment: str, happening: Callable[[], object] | None = None) -> None:
        """Kill whoever is at this moment, or do something else there."""
        self.cuts[moment] = happening or _kill

    def transactions(self) -> set[str]:
        """The transaction ids of all messages."""
        return set(self.asked)

    def _refuse_transactions(self) -> None:
        """Nobody may hold a transaction open while talking to a server."""
        if threading.current_thread() is threading.main_thread():
            assert len(connection.atomic_blocks) == self._blocks

    def _cut(self, moment: str) -> None:
        if moment in self.cuts:
            self.cuts.pop(moment)()

    def _answer(self, operation: str, request: HttpRequest) -> HttpReply:
        ready = self.replies.get(operation)
        if isinstance(ready, ScepError):
            raise ready
        if ready is not None:
            return ready
        match operation:
            case "GetCACaps":
                return HttpReply(200, "text/plain", server_half.caps_reply(self.capabilities))
            case "GetCACert" | "GetNextCACert":
                return HttpReply(200, *self._certificates(operation))
            case "PKIOperation":
                return HttpReply(200, "application/x-pki-message", self._operate(request))
            case _:
                return self._page(request)

    def _certificates(self, operation: str) -> tuple[str, bytes]:
        if operation == "GetCACert":
            return server_half.cacert_reply([*(other.der for other in self.others), self.ca.der])
        coming, signer = self.next_ca or self.ca, _identity(self.announcer or self.ca)
        return server_half.next_ca_reply([coming.der], signer=signer)

    def _page(self, request: HttpRequest) -> HttpReply:
        if request.method == "HEAD":
            return HttpReply(200, "text/html", b"")
        self.one_time_passwords += 1
        self.challenge = f"0123456789ABCDE{self.one_time_passwords}"
        return HttpReply(200, "text/html", PAGE.format(password=self.challenge).encode())

    def _operate(self, request: HttpRequest) -> bytes:
        message = request.body or base64.b64decode(dict(request.query)["message"])
        self.bodies.append(message)
        self.methods.append(request.method)
        signer = self._identity()
        wish = server_half.read_request(message, recipients=self._recipients())
        self.asked.append(wish.transaction_id)
        if wish.message_type is MessageType.GET_CRL:
            return server_half.certrep_crl(wish, self.crl, signer=signer)
        if self.verdict == "refuse":
            return server_half.certrep_failure(wish, self.fail_info, signer=signer)
        if self.verdict == "pend":
            self._remember(wish)
            return server_half.certrep_pending(wish, signer=signer)
        self.wishes.append(wish)
        wrong_password = (
            wish.message_type is MessageType.PKCS_REQ and wish.challenge != self.challenge
        )
        if wish.message_type in self.refuses or wrong_password:
            return server_half.certrep_failure(wish, self.fail_info, signer=signer)
        self._remember(wish)
        der = self.issued[wish.transaction_id]
        return server_half.certrep_success(wish, der, signer=signer)

    def _remember(self, wish: server_half.ServerRequest) -> None:
        """Issue once per transaction, however often it is asked for (S19 of the checklist)."""
        asks = wish.message_type in {MessageType.PKCS_REQ, MessageType.RENEWAL_REQ}
        if asks and wish.transaction_id not in self.issued:
            self.issued[wish.transaction_id] = self._sign(wish.csr_der)

    def _sign(self, csr_der: bytes) -> bytes:
        csr = x509.load_der_x509_csr(csr_der)
        builder = (
            x509.CertificateBuilder()
            .subject_name(csr.subject)
            .issuer_name(self.ca.certificate.subject)
            .public_key(csr.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(hours=1))
            .not_valid_after(NOW + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )
        for extension in () if self.drops_extensions else csr.extensions:
            builder = builder.add_extension(extension.value, critical=extension.critical)
        for value in self.adds:
            builder = builder.add_extension(value, critical=False)
        if self.bulk:
            filler = x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), bytes(self.bulk)
            )
            builder = builder.add_extension(filler, critical=False)
        certificate = builder.sign(self.ca.key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.DER)

    def _identity(self) -> Identity:
        return _identity(self.ca)

    def _recipients(self) -> list[Identity]:
        return [_identity(issued) for issued in (self.ca, *self.others)]


def _identity(issued: Issued) -> Identity:
    assert isinstance(issued.key, RSAPrivateKey)
    return Identity(issued.der, issued.key)


def _kill() -> None:
    raise Killed
