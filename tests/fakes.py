"""Peers in memory: a SCEP session joined with a CA, no socket, no clock.

The CA is the product's own server half with a policy of a few lines; what it answers can be
changed on the way to play any other server.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scep import server
from scep.client import Session
from scep.messages import Identity, IssuerAndSerial
from scep.transcript import Step
from scep.vocabulary import Capability, FailInfo, MessageType
from scep.wire import HttpReply, HttpRequest
from tests import loopback

ResultT = TypeVar("ResultT")

Answer = Callable[[HttpRequest], HttpReply]

STANDARD_CAPABILITIES = (
    Capability.AES,
    Capability.DES3,
    Capability.POST,
    Capability.SHA_1,
    Capability.SHA_256,
    Capability.SHA_512,
    Capability.SCEP_STANDARD,
)


def over_http(answer: Answer) -> loopback.Answerer:
    """Let a peer in memory answer as a server on loopback."""

    def answer_http(request: loopback.Request) -> loopback.Answer:
        query = tuple(parse_qsl(urlsplit(request.path).query))
        method: Literal["GET", "POST"] = "POST" if request.method == "POST" else "GET"
        reply = answer(HttpRequest(method, query, request.body))
        return loopback.Answer(reply.status, reply.body, (("Content-Type", reply.content_type),))

    return answer_http


def drive(session: Session[ResultT], answer: Answer) -> ResultT:
    """Run a session against a peer in memory until it has its result."""
    while (request := session.next_request()) is not None:
        session.receive(answer(request))
    return session.result


@dataclass
class Recording:
    """Keeps the steps of an exchange; pass it as ``record``."""

    steps: list[Step] = field(default_factory=list)

    def __call__(self, step: Step) -> None:
        self.steps.append(step)

    @property
    def outline(self) -> list[tuple[str, str]]:
        """Name and outcome of each step."""
        return [(step.name.value, step.outcome.value) for step in self.steps]


@dataclass
class FakeCa:
    """A CA that issues whatever is asked for with the right challenge.

    Attributes:
        identity: CA certificate and key; signs certificates and, without RA, replies.
        now: notBefore of what it issues.
        ra: certificate and key that decrypt requests and sign replies, instead of the CA.
        chain: other certificates of the GetCACert reply.
        capabilities: what GetCACaps lists.
        challenge: what requests must carry; empty means none.
        manual: whether requests wait for approval.
        legacy: whether weak requests are answered in kind.
        approved: transaction ids that were approved.
        held: requests that wait, by transaction id.
        issued: what was issued, by serial number.
        crl: what GetCRL gives; empty for nothing.
        next_ca: what GetNextCACert announces; None for nothing.
        refuses: message types that are answered with badRequest.
    """

    identity: Identity
    now: datetime
    ra: Identity | None = None
    chain: tuple[bytes, ...] = ()
    capabilities: tuple[Capability | str, ...] = STANDARD_CAPABILITIES
    challenge: str = ""
    manual: bool = False
    legacy: bool = False
    approved: set[str] = field(default_factory=set)
    held: dict[str, bytes] = field(default_factory=dict)
    issued: dict[int, bytes] = field(default_factory=dict)
    crl: bytes = b""
    next_ca: Identity | None = None
    refuses: frozenset[MessageType] = frozenset()

    def answer(self, request: HttpRequest) -> HttpReply:
        """Answer one HTTP request as a SCEP server does."""
        query = dict(request.query)
        match query.get("operation"):
            case "GetCACaps":
                return HttpReply(200, "text/plain", server.caps_reply(self.capabilities))
            case "GetCACert":
                ra = (self.ra.certificate_der,) if self.ra is not None else ()
                content_type, body = server.cacert_reply(
                    (*ra, self.identity.certificate_der, *self.chain)
                )
                return HttpReply(200, content_type, body)
            case "GetNextCACert" if self.next_ca is not None:
                announced = [self.next_ca.certificate_der]
                content_type, body = server.next_ca_reply(announced, signer=self.identity)
                return HttpReply(200, content_type, body)
            case "GetNextCACert":
                return HttpReply(500, "text/plain", b"no next CA")
            case _:
                return self._operate(_message(request, query))

    def read(self, request: HttpRequest) -> server.ServerRequest:
        """Read a PKIOperation as the CA does."""
        body = _message(request, dict(request.query))
        return server.read_request(body, recipients=[self._agent])

    def grant(self, request: server.ServerRequest, *certificates: bytes) -> HttpReply:
        """Answer with any certificates, the first for the one that was asked for."""
        body = server.certrep_certificates(request, certificates, signer=self._agent)
        return HttpReply(200, "application/x-pki-message", body)

    def _operate(self, body: bytes) -> HttpReply:
        try:
            request = server.read_request(body, recipients=[self._agent])
            reply = self._reply(request)
        except server.BadRequest as error:
            if error.answerable is None:
                return HttpReply(400, "text/plain", error.fact.encode())
            reply = server.certrep_failure(
                error.answerable, error.fail_info, text=error.fact, signer=self._agent
            )
        return HttpReply(200, "application/x-pki-message", reply)

    def _reply(self, request: server.ServerRequest) -> bytes:
        if request.message_type in self.refuses:
            return server.certrep_failure(request, FailInfo.BAD_REQUEST, signer=self._agent)
        if request.certificate is not None:
            return self._look_up(request, request.certificate)
        return self._decide(request)

    def _decide(self, request: server.ServerRequest) -> bytes:
        csr_der = self.held.get(request.transaction_id, request.csr_der)
        if not csr_der:
            return server.certrep_failure(request, FailInfo.BAD_CERT_ID, signer=self._agent)
        if self.manual and request.transaction_id not in self.approved:
            self.held[request.transaction_id] = csr_der
            return server.certrep_pending(request, signer=self._agent, legacy=self.legacy)
        first = request.message_type is MessageType.PKCS_REQ
        if first and self.challenge != request.challenge:
            return server.certrep_failure(
                request,
                FailInfo.BAD_REQUEST,
                text="wrong challenge password",
                signer=self._agent,
                legacy=self.legacy,
            )
        issued = issue(self.identity, csr_der, self.now)
        self.issued[x509.load_der_x509_certificate(issued).serial_number] = issued
        return server.certrep_success(request, issued, signer=self._agent, legacy=self.legacy)

    def _look_up(self, request: server.ServerRequest, wanted: IssuerAndSerial) -> bytes:
        found = self.issued.get(wanted.serial)
        if request.message_type is MessageType.GET_CRL and self.crl:
            return server.certrep_crl(request, self.crl, signer=self._agent)
        if request.message_type is MessageType.GET_CERT and found:
            return server.certrep_certificates(request, [found], signer=self._agent)
        return server.certrep_failure(request, FailInfo.BAD_CERT_ID, signer=self._agent)

    @property
    def _agent(self) -> Identity:
        return self.ra if self.ra is not None else self.identity


def issue(ca: Identity, csr_der: bytes, now: datetime) -> bytes:
    """Issue a certificate with the names, key and extensions of a request."""
    csr = x509.load_der_x509_csr(csr_der)
    issuer = x509.load_der_x509_certificate(ca.certificate_der)
    builder = (
        x509.CertificateBuilder()
        .subject_name(csr.subject)
        .issuer_name(issuer.subject)
        .public_key(csr.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
    )
    for extension in csr.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return builder.sign(ca.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def self_signed_ca(
    key: RSAPrivateKey,
    now: datetime,
    *,
    common_name: str = "Test CA",
    days: tuple[int, int] = (-30, 3650),
) -> Identity:
    """Make a CA certificate valid from and until so many days from now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = {
        "digital_signature": True,
        "content_commitment": False,
        "key_encipherment": True,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": True,
        "crl_sign": True,
        "encipher_only": False,
        "decipher_only": False,
    }
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Identity(certificate.public_bytes(Encoding.DER), key)


def _message(request: HttpRequest, query: Mapping[str, str]) -> bytes:
    return request.body if request.method == "POST" else base64.b64decode(query["message"])
