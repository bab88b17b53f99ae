"""The SCEP endpoint: an operation in, an HTTP body out."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from democa import hierarchy
from democa.faults import SLOW_S, Fault
from democa.models import Switches
from democa.services import authority, pki_operation, switches
from democa.services.pki_operation import RefusedUnsigned
from scep import server
from scep.vocabulary import Capability, MediaType, Operation

TEXT: Final = "text/plain"


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
    """The HTTP answer; never HTML, never a redirect (S07, S26).

    Attributes:
        retry_after_s: when to ask again, in seconds; 0 says nothing about it.
        delay_s: how long to keep the client waiting for it.
    """

    body: bytes
    content_type: str
    status: int = 200
    retry_after_s: int = 0
    delay_s: float = 0.0


def answer(*, asked: Asked, at: datetime) -> Answer:
    """Answer a client."""
    rules = switches.read()
    match Fault(rules.fault):
        case Fault.DOWN:
            return refusal("This fault is switched on at the demo CA: it is down.", 503)
        case Fault.SLOW:
            return replace(_answer(asked, rules, at), delay_s=SLOW_S)
        case _:
            return _answer(asked, rules, at)


def _answer(asked: Asked, rules: Switches, at: datetime) -> Answer:
    # S09: many clients leave it out of a POST.
    match asked.operation.lower() or ("pkioperation" if asked.post else ""):
        case "getcacaps":
            return Answer(server.caps_reply(_capabilities(rules)), TEXT)
        case "getcacert":
            content_type, body = server.cacert_reply(_sent(rules))
            return Answer(body, content_type)
        case "getnextcacert" if rules.has_next:
            return _next_ca(rules)
        case "pkioperation":
            return _pki_operation(asked, rules, at)
        case _:
            known = [op for op in Operation if rules.has_next or op != Operation.GET_NEXT_CA_CERT]
            return refusal(f"Unknown SCEP operation. This server knows: {', '.join(known)}.")


def refusal(text: str, status: int = 400, *, retry_after_s: int = 0) -> Answer:
    """Say in plain text why there is no SCEP answer."""
    return Answer(f"{text}\n".encode(), TEXT, status, retry_after_s)


def _capabilities(rules: Switches) -> list[Capability | str]:
    # Debian 12's strongSwan takes AES only from a server that lists SHA-384 (scep.md D38). It
    # is true of this one, though not a keyword of RFC 8894.
    new = rules.fault != Fault.NO_AES
    listed: dict[Capability | str, bool] = {
        Capability.AES: new,
        Capability.DES3: rules.allow_legacy,
        Capability.GET_NEXT_CA_CERT: rules.has_next,
        Capability.POST: True,
        Capability.RENEWAL: True,
        Capability.SHA_1: rules.allow_legacy,
        Capability.SHA_256: new,
        "SHA-384": new,
        Capability.SHA_512: new,
        Capability.SCEP_STANDARD: new,
    }
    return [capability for capability, works in listed.items() if works]


def _sent(rules: Switches) -> list[bytes]:
    """What GetCACert answers with: the certificates, or what a fault makes of them."""
    ca = authority.load(rules.generation)
    certificates = ca.certificates(with_root=rules.sends_root)
    fault = Fault(rules.fault)
    if ca.ras is None or fault not in {Fault.EXPIRED_RA, Fault.WRONG_USAGE}:
        return certificates
    ras = (ca.ras.signature, ca.ras.encryption)
    spoil = hierarchy.expired if fault is Fault.EXPIRED_RA else hierarchy.for_crls_only
    return [*(spoil(ra, ca.issuing) for ra in ras), *certificates[len(ras) :]]


def _next_ca(rules: Switches) -> Answer:
    coming = authority.load(rules.generation + 1).certificates(with_root=rules.sends_root)
    signer = authority.load(rules.generation).issuing
    content_type, body = server.next_ca_reply(coming, signer=signer)
    return Answer(body, content_type)


def _pki_operation(asked: Asked, rules: Switches, at: datetime) -> Answer:
    wait_s = pki_operation.wait_s(asked.address, rules, at=at)
    if wait_s:
        text = f"Too many requests from {asked.address}. Come back in {wait_s} seconds."
        return refusal(text, 429, retry_after_s=wait_s)
    try:
        message = asked.body if asked.post else server.decode_get_message(asked.query_string)
        reply = pki_operation.operate(message, address=asked.address, rules=rules, at=at)
    except RefusedUnsigned as error:
        return refusal(str(error))
    except server.BadRequest as error:
        return refusal(error.fact)
    return Answer(reply, MediaType.PKI_MESSAGE)
