"""The SCEP endpoint: an operation in, an HTTP body out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from democa.issuer import Unacceptable
from democa.services import authority, enrollment, switches
from democa.services.enrollment import Granted, Held
from scep import server
from scep.server import BadRequest, ServerRequest
from scep.vocabulary import Capability, FailInfo, MediaType, MessageType, Operation

TEXT: Final = "text/plain"

# Debian 12's strongSwan takes AES only from a server that lists SHA-384 (scep.md D38). It is
# true of this one, though not a keyword of RFC 8894.
_CAPABILITIES: Final[tuple[Capability | str, ...]] = (
    Capability.AES,
    Capability.POST,
    Capability.SCEP_STANDARD,
    Capability.SHA_256,
    "SHA-384",
    Capability.SHA_512,
)
_LEGACY_CAPABILITIES: Final = (Capability.DES3, Capability.SHA_1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request to the SCEP endpoint.

    Attributes:
        operation: the query parameter; may be empty.
        query_string: as received, still percent-encoded.
        body: of a POST; empty otherwise.
        post: whether it was a POST.
        address: where it came from.
    """

    operation: str
    query_string: str
    body: bytes = field(repr=False)
    post: bool
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer; never HTML, never a redirect (S07, S26)."""

    body: bytes
    content_type: str
    status: int = 200


def answer(*, asked: Asked, at: datetime) -> Answer:
    """Answer a client."""
    match asked.operation.lower():
        case "getcacaps":
            return Answer(server.caps_reply(_capabilities()), TEXT)
        case "getcacert":
            return _ca_certificates()
        case "pkioperation":
            return _pki_operation(asked, at)
        case "" if asked.post:  # S09: many clients leave it out
            return _pki_operation(asked, at)
        case _:
            known = ", ".join(one for one in Operation if one is not Operation.GET_NEXT_CA_CERT)
            return bad_request(f"Unknown SCEP operation. This server knows: {known}.")


def bad_request(text: str, status: int = 400) -> Answer:
    """Say in plain text why there is no SCEP answer."""
    return Answer(f"{text}\n".encode(), TEXT, status)


def _capabilities() -> list[Capability | str]:
    legacy = _LEGACY_CAPABILITIES if switches.read().allow_legacy else ()
    return [*_CAPABILITIES, *legacy]


def _ca_certificates() -> Answer:
    ca = authority.load()
    ordered = (ca.ra_signature, ca.ra_encryption, ca.root)
    content_type, body = server.cacert_reply([identity.certificate_der for identity in ordered])
    return Answer(body, content_type)


def _pki_operation(asked: Asked, at: datetime) -> Answer:
    ca = authority.load()
    legacy = switches.read().allow_legacy
    try:
        message = asked.body if asked.post else server.decode_get_message(asked.query_string)
        request = server.read_request(message, recipients=[ca.ra_encryption])
    except BadRequest as error:
        if error.answerable is None:
            return bad_request(error.fact)
        reply = server.certrep_failure(
            error.answerable,
            error.fail_info,
            text=error.fact,
            signer=ca.ra_signature,
            legacy=legacy,
        )
        return Answer(reply, MediaType.PKI_MESSAGE)
    return Answer(_reply(request, asked.address, at, legacy=legacy), MediaType.PKI_MESSAGE)


def _reply(request: ServerRequest, address: str, at: datetime, *, legacy: bool) -> bytes:
    signer = authority.load().ra_signature
    try:
        if not legacy:
            _refuse_weak_algorithms(request)
        match _decide(request, address, at):
            case Granted(certificate_der):
                return server.certrep_success(
                    request, certificate_der, signer=signer, legacy=legacy
                )
            case Held():
                return server.certrep_pending(request, signer=signer, legacy=legacy)
    except Unacceptable as refusal:
        return server.certrep_failure(
            request, refusal.fail_info, text=refusal.text, signer=signer, legacy=legacy
        )


def _decide(request: ServerRequest, address: str, at: datetime) -> enrollment.Outcome:
    match request.message_type:
        case MessageType.PKCS_REQ:
            return enrollment.enroll(request=request, address=address, at=at)
        case MessageType.CERT_POLL:
            return enrollment.poll(request=request)
        case _:
            text = f"Messages of type {request.message_type.value} are not answered here yet."
            raise Unacceptable(FailInfo.BAD_REQUEST, text)


def _refuse_weak_algorithms(request: ServerRequest) -> None:
    weak = [
        str(algorithm)
        for algorithm in (request.request_cipher, request.request_digest)
        if algorithm.is_weak
    ]
    if weak:
        text = f"This CA does not take {' and '.join(weak)}."
        raise Unacceptable(FailInfo.BAD_ALG, text)
