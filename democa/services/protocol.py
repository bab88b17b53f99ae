"""The SCEP endpoint: an operation in, an HTTP body out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

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
    """

    body: bytes
    content_type: str
    status: int = 200
    retry_after_s: int = 0


def answer(*, asked: Asked, at: datetime) -> Answer:
    """Answer a client."""
    rules = switches.read()
    # S09: many clients leave it out of a POST.
    match asked.operation.lower() or ("pkioperation" if asked.post else ""):
        case "getcacaps":
            return Answer(server.caps_reply(_capabilities(rules)), TEXT)
        case "getcacert":
            content_type, body = server.cacert_reply(_certificates(rules.generation))
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
    listed: dict[Capability | str, bool] = {
        Capability.AES: True,
        Capability.DES3: rules.allow_legacy,
        Capability.GET_NEXT_CA_CERT: rules.has_next,
        Capability.POST: True,
        Capability.RENEWAL: True,
        Capability.SHA_1: rules.allow_legacy,
        Capability.SHA_256: True,
        "SHA-384": True,
        Capability.SHA_512: True,
        Capability.SCEP_STANDARD: True,
    }
    return [capability for capability, works in listed.items() if works]


def _certificates(generation: int) -> list[bytes]:
    ca = authority.load(generation)
    ordered = (ca.ra_signature, ca.ra_encryption, ca.root)
    return [identity.certificate_der for identity in ordered]


def _next_ca(rules: Switches) -> Answer:
    signer = authority.load(rules.generation).root
    content_type, body = server.next_ca_reply(_certificates(rules.generation + 1), signer=signer)
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
