"""Requests as they reach a CA: verified and decrypted before anybody decides about them."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import unquote

from scep import cms, codec
from scep.errors import ScepError
from scep.messages import (
    CertPoll,
    GetCert,
    GetCrl,
    Identity,
    IssuerAndSerial,
    IssuerAndSubject,
    Nonce,
    PkcsReq,
    RenewalReq,
    TransactionId,
)
from scep.transcript import StepName
from scep.vocabulary import Cipher, Digest, FailInfo, MessageType

SERVED: Final = frozenset(
    {
        MessageType.RENEWAL_REQ,
        MessageType.PKCS_REQ,
        MessageType.CERT_POLL,
        MessageType.GET_CERT,
        MessageType.GET_CRL,
    }
)
"""Message types that are looked at; nothing else ever gets near a private key."""

MAX_QUERY_CHARACTERS: Final = 64 * 1024
"""Longest query read; certmonger sends 5,703 characters for a key of 4096 bits."""

Passwords: TypeAlias = Callable[[TransactionId], Sequence[str]]
"""The challenges that a message of a transaction may be encrypted with, the likeliest first."""

_UNANSWERABLE: Final = "The message cannot be decrypted, or its content is not what it should be."
"""One text for all causes, so that nobody learns anything by trying (RFC 3218)."""

_MESSAGE: Final = re.compile(r"(?:^|&)message=([^&]*)", re.IGNORECASE)
_DAMAGE: Final = str.maketrans({" ": "+", "-": "+", "_": "/", "\r": None, "\n": None, "\t": None})


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
        message_type: one of :data:`SERVED`.
        signer_certificate_der: who signed it: usually self-signed; of a renewal the certificate
            that is renewed, about which nothing has been verified but that its key signed.
            Replies are encrypted to it.
        request_cipher: what it was encrypted with; refuse what policy does not allow.
        csr_der: of a PKCSReq or RenewalReq; its own signature has been verified.
        challenge: challengePassword of the CSR; empty when there is none.
        key_matches: whether the CSR is for the signer's key; Windows signs with another one, and
            a renewal should bring a new one.
        poll: which request a CertPoll means.
        certificate: which certificate a GetCert or GetCRL means.
    """

    message_type: MessageType
    signer_certificate_der: bytes = field(repr=False)
    request_cipher: Cipher
    csr_der: bytes = field(default=b"", repr=False)
    challenge: str = field(default="", repr=False)
    key_matches: bool = False
    poll: IssuerAndSubject | None = None
    certificate: IssuerAndSerial | None = None


@dataclass(frozen=True, slots=True)
class _Keys:
    """What requests may be encrypted with."""

    recipients: Sequence[Identity]
    passwords: Passwords = field(repr=False)


class BadRequest(ScepError):
    """The message is not acceptable.

    Attributes:
        fail_info: what to answer, if anything can be answered.
        answerable: whom to answer; None when the message is not even readable, or of a type that
            gets no signed answer: answer with HTTP status 400 and plain text then.
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


def no_passwords(_transaction_id: TransactionId) -> Sequence[str]:
    """Tell that keys alone open messages."""
    return ()


def read_request(
    body: bytes, *, recipients: Sequence[Identity], passwords: Passwords = no_passwords
) -> ServerRequest:
    """Read a PKIOperation message.

    Args:
        body: the message, DER or BER.
        recipients: the certificates that requests may be encrypted to, with their keys.
        passwords: challenges that requests may be encrypted with, for a CA whose key cannot
            encrypt (RFC 8894 section 3.1): that of the transaction, if it is known, then those
            that are open. Trying them stops after half a second of work
            (cms.enveloped.MAX_TOTAL_ITERATIONS). Which one fits says nothing: the request's own
            challenge is to be checked as always.

    Raises:
        BadRequest: not a request we serve, forged, or not decipherable (one error for all
            causes of the last, RFC 3218).
    """
    message, header = _read(body)
    message_type = _served_type(header)
    answerable = _answerable(message, header)
    signer = _verify(message, answerable)
    content, cipher = _open(message, _Keys(recipients, passwords), answerable)
    try:
        request = codec.decode_content(content, header)
        asked = request if isinstance(request, PkcsReq | RenewalReq) else None
        csr = cms.read_csr(asked.csr_der) if asked is not None else None
    except cms.Unreadable as error:
        raise BadRequest(_UNANSWERABLE, answerable=answerable) from error
    if csr is not None:
        _verify_csr(csr, answerable)
    return ServerRequest(
        transaction_id=answerable.transaction_id,
        sender_nonce=answerable.sender_nonce,
        request_digest=answerable.request_digest,
        message_type=message_type,
        signer_certificate_der=signer.der,
        request_cipher=cipher,
        csr_der=csr.der if csr is not None else b"",
        challenge=csr.challenge if csr is not None else "",
        key_matches=csr is not None and csr.spki_der == signer.spki_der,
        poll=request.subject if isinstance(request, CertPoll) else None,
        certificate=request.certificate if isinstance(request, GetCert | GetCrl) else None,
    )


def decode_get_message(query_string: str) -> bytes:
    """Read the ``message`` parameter of a GET PKIOperation, damaged as clients damage it.

    Seen: ``+`` turned into a space, line breaks, nothing escaped but ``=``, the URL alphabet of
    base64, no padding.

    Args:
        query_string: as received, still percent-encoded.

    Raises:
        BadRequest: no base64 in it, or longer than :data:`MAX_QUERY_CHARACTERS`.
    """
    if len(query_string) > MAX_QUERY_CHARACTERS:
        raise BadRequest("The query is longer than any message is; send it by POST.")
    found = _MESSAGE.search(query_string)
    text = unquote(found[1]) if found else ""
    text = text.translate(_DAMAGE).rstrip("=")
    try:
        message = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise BadRequest("The message parameter is not base64.") from error
    if not message:
        raise BadRequest("The message parameter is missing.")
    return message


def _read(body: bytes) -> tuple[cms.SignedMessage, codec.Header]:
    if not body:
        raise BadRequest("The message is empty; it must come whole with a Content-Length.")
    try:
        message = cms.read_signed(body)
        return message, codec.read_header(message)
    except cms.Unreadable as error:
        raise BadRequest(error.fact) from error


def _served_type(header: codec.Header) -> MessageType:
    # CVE-2026-30836: a message of an unknown type reached the code that signs.
    if header.message_type not in SERVED:
        raise BadRequest(f"Messages of type {header.message_type} are not served here.")
    return MessageType(header.message_type)


def _answerable(message: cms.SignedMessage, header: codec.Header) -> Answerable:
    if not header.transaction_id or header.sender_nonce is None:
        raise BadRequest("The message has no transactionID or no senderNonce.")
    try:
        digest = message.digest
    except cms.Unsupported as error:
        answerable = Answerable(header.transaction_id, header.sender_nonce, Digest.SHA_256)
        raise BadRequest(error.fact, fail_info=FailInfo.BAD_ALG, answerable=answerable) from error
    return Answerable(header.transaction_id, header.sender_nonce, digest)


def _verify(message: cms.SignedMessage, answerable: Answerable) -> cms.Certificate:
    try:
        return message.verify([cms.read_certificate(der) for der in message.certificates])
    except cms.Unsupported as error:
        raise BadRequest(error.fact, fail_info=FailInfo.BAD_ALG, answerable=answerable) from error
    except (cms.SignatureInvalid, cms.Unreadable) as error:
        raise BadRequest(error.fact, answerable=answerable) from error


def _open(message: cms.SignedMessage, keys: _Keys, answerable: Answerable) -> tuple[bytes, Cipher]:
    try:
        envelope = cms.read_envelope(message.content)
        passwords = keys.passwords(answerable.transaction_id)
        return envelope.open(keys.recipients, passwords).content, envelope.cipher
    except cms.Unsupported as error:
        raise BadRequest(error.fact, fail_info=FailInfo.BAD_ALG, answerable=answerable) from error
    except cms.Unreadable as error:
        raise BadRequest(_UNANSWERABLE, answerable=answerable) from error


def _verify_csr(csr: cms.Csr, answerable: Answerable) -> None:
    try:
        csr.verify()
    except (cms.SignatureInvalid, cms.Unreadable) as error:
        fact = f"The certificate request is not signed with its own key. {error.fact}"
        raise BadRequest(fact, answerable=answerable) from error
