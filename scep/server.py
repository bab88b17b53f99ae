"""The server half: reads requests, writes replies; what to answer is the caller's policy.

Pure functions: bytes in, values out, and back. The demo CA serves them over HTTP; tests join them
with the client's sessions in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scep.errors import ScepError
from scep.messages import Identity, IssuerAndSubject, Nonce, TransactionId
from scep.transcript import StepName
from scep.vocabulary import Capability, Cipher, Digest, FailInfo, MessageType

__all__ = ["Identity"]


@dataclass(frozen=True, slots=True)
class Answerable:
    """What it takes to answer a request with a signed reply."""

    transaction_id: TransactionId
    sender_nonce: Nonce
    request_digest: Digest


@dataclass(frozen=True, slots=True)
class ServerRequest(Answerable):
    """A request, decrypted, its signature verified.

    Attributes:
        message_type: PKCS_REQ or CERT_POLL.
        signer_certificate_der: who signed it; usually self-signed. Replies are encrypted to it.
        request_cipher: what it was encrypted with; refuse what policy does not allow.
        csr_der: of a PKCSReq; its own signature has been verified.
        challenge: challengePassword of the CSR; empty when there is none.
        key_matches: whether the CSR is for the signer's key; Windows signs with another one.
        poll: which request a CertPoll means.
    """

    message_type: MessageType
    signer_certificate_der: bytes = field(repr=False)
    request_cipher: Cipher
    csr_der: bytes = field(default=b"", repr=False)
    challenge: str = field(default="", repr=False)
    key_matches: bool = False
    poll: IssuerAndSubject | None = None


class BadRequest(ScepError):
    """The message is not acceptable.

    Attributes:
        fail_info: what to answer, if anything can be answered.
        answerable: whom to answer; None when the message is not even readable: answer with HTTP
            status 400 and plain text then.
    """

    def __init__(
        self,
        fact: str,
        *,
        fail_info: FailInfo = FailInfo.BAD_MESSAGE_CHECK,
        answerable: Answerable | None = None,
    ) -> None:
        super().__init__(fact, stage=StepName.PKIOPERATION)
        self.fail_info = fail_info
        self.answerable = answerable


def read_request(body: bytes, *, recipients: Sequence[Identity]) -> ServerRequest:
    """Read a PKIOperation message.

    Args:
        body: the message, DER or BER.
        recipients: the certificates that requests may be encrypted to, with their keys.

    Raises:
        BadRequest: not a request we serve, forged, or not decipherable (one error for all
            causes of the last, RFC 3218).
    """
    raise NotImplementedError


def certrep_success(
    request: ServerRequest,
    issued_der: bytes,
    *,
    chain: Sequence[bytes] = (),
    signer: Identity,
    legacy: bool = False,
) -> bytes:
    """Write the reply that carries a certificate, encrypted to the request's signer.

    Args:
        request: what is answered.
        issued_der: the certificate.
        chain: certificates to send along.
        signer: CA or RA certificate with its key.
        legacy: answer SHA-1 with SHA-1 and 3DES or DES with 3DES; otherwise the reply is never
            weaker than AES-128 with SHA-256.

    Raises:
        BadRequest: the signer's key cannot encrypt.
    """
    raise NotImplementedError


def certrep_failure(
    request: Answerable,
    fail_info: FailInfo,
    *,
    text: str = "",
    signer: Identity,
    legacy: bool = False,
) -> bytes:
    """Write the reply that refuses; ``text`` goes out as failInfoText."""
    raise NotImplementedError


def certrep_pending(request: Answerable, *, signer: Identity, legacy: bool = False) -> bytes:
    """Write the reply that puts off."""
    raise NotImplementedError


def caps_reply(capabilities: Sequence[Capability | str]) -> bytes:
    """Write a GetCACaps body, one keyword a line; serve it as ``text/plain`` without charset."""
    raise NotImplementedError


def cacert_reply(certificates: Sequence[bytes]) -> tuple[str, bytes]:
    """Write a GetCACert body: content type and bytes.

    Args:
        certificates: the CA certificate alone, or RA certificates first and then the CA.
    """
    raise NotImplementedError


def decode_get_message(query_string: str) -> bytes:
    """Read the ``message`` parameter of a GET PKIOperation, damaged as clients damage it.

    Args:
        query_string: as received, still percent-encoded.

    Raises:
        BadRequest: no base64 in it.
    """
    raise NotImplementedError
