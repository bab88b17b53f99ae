"""pkiMessages to messages: what ties a reply to its request is enforced."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scep import cms
from scep.codec.header import Header, read_header
from scep.errors import FailureReason, ReplyNotVerified, ReplyUnreadable
from scep.messages import (
    CertPoll,
    CertRep,
    GetCert,
    GetCrl,
    Identity,
    IssuerAndSerial,
    IssuerAndSubject,
    Nonce,
    PkcsReq,
    RenewalReq,
    Request,
)
from scep.transcript import StepName
from scep.vocabulary import FailInfo, MessageType, PkiStatus


@dataclass(frozen=True, slots=True)
class Expected:
    """What a reply must fit.

    Attributes:
        request: what was sent.
        recipient: whom the reply is encrypted to: the signer of the request.
        signers: the certificates that may have signed the reply.
        nonce_required: False takes replies without recipientNonce.
    """

    request: Request
    recipient: Identity
    signers: tuple[cms.Certificate, ...]
    nonce_required: bool = True


def decode_reply(body: bytes, expected: Expected) -> CertRep:
    """Read a CertRep and check that it answers our request.

    Raises:
        MalformedReply: not a CertRep, or its envelope does not open with our key.
        ReplyNotVerified: not signed by an allowed signer, or not an answer to this request.
    """
    message = cms.read_signed(body)
    header = read_header(message)
    signer = _verify_signer(message, expected)
    _check_type(header)
    remarks = _check_correlation(header, expected)
    status = _status(header)
    if status is PkiStatus.PENDING and isinstance(expected.request, GetCert | GetCrl):
        raise _malformed("The reply says PENDING, which GetCert and GetCRL do not know.")
    rep = CertRep(
        transaction_id=header.transaction_id,
        status=status,
        sender_nonce=header.sender_nonce,
        digest=message.digest,
        reason=_reason(header) if status is PkiStatus.FAILURE else None,
        signed_by=signer.subject,
        signature=str(message.scheme),
        remarks=remarks,
    )
    if status is PkiStatus.SUCCESS:
        return _with_contents(rep, message.content, expected)
    # NDES sends one zero byte here. More is odd, and never looked at.
    if len(message.content) > 1:
        return replace(rep, remarks=(*remarks, "It has a content although it grants nothing."))
    return rep


def decode_content(content: bytes, header: Header) -> Request:
    """Read the decrypted content of a request.

    Raises:
        Unreadable: not what its message type says.
    """
    transaction_id, nonce = header.transaction_id, header.sender_nonce or Nonce(b"")
    match header.message_type:
        case MessageType.PKCS_REQ:
            return PkcsReq(transaction_id, nonce, content)
        case MessageType.RENEWAL_REQ:
            return RenewalReq(transaction_id, nonce, content)
        case MessageType.CERT_POLL:
            names = IssuerAndSubject(*cms.read_issuer_and_subject(content))
            return CertPoll(transaction_id, nonce, names)
        case MessageType.GET_CERT:
            return GetCert(transaction_id, nonce, _named(content))
        case MessageType.GET_CRL:
            return GetCrl(transaction_id, nonce, _named(content))
        case _:
            raise cms.Unreadable(f"A message of type {header.message_type} is no request.")


def _named(content: bytes) -> IssuerAndSerial:
    return IssuerAndSerial(*cms.read_issuer_and_serial(content))


def _with_contents(rep: CertRep, content: bytes, expected: Expected) -> CertRep:
    """Open the envelope: a CRL alone for GetCRL, certificates for everything else."""
    asked_for_crl = isinstance(expected.request, GetCrl)
    if not content:
        what = "CRL" if asked_for_crl else "certificate"
        raise _malformed(f"The reply says SUCCESS but carries no {what}.")
    envelope = cms.read_envelope(content)
    opened = envelope.open([expected.recipient])
    return replace(
        rep,
        certificates=() if asked_for_crl else cms.read_certificates(opened.content),
        crls=cms.read_crls(opened.content) if asked_for_crl else (),
        cipher=envelope.cipher,
        key_transport=opened.transport,
    )


def _verify_signer(message: cms.SignedMessage, expected: Expected) -> cms.Certificate:
    try:
        return message.verify(expected.signers)
    except cms.SignatureInvalid as error:
        details = [("Signer named in the reply", str(message.signer_id))]
        details += [("Certificate in the reply", text) for text in _describe(message.certificates)]
        details += [("May sign", f"{one.subject}, {one.serial_hex}") for one in expected.signers]
        raise ReplyNotVerified(
            error.fact,
            stage=StepName.VERIFY,
            hint=(
                "Fetch the CA certificate again: the server may have new RA certificates. If it "
                "has not, somebody else has answered."
            ),
            details=tuple(details),
        ) from error


def _describe(certificates: Sequence[bytes]) -> list[str]:
    described = []
    for der in certificates[:4]:
        try:
            certificate = cms.read_certificate(der)
            described.append(f"{certificate.subject}, {certificate.serial_hex}")
        except cms.Unreadable:
            described.append("not readable")
    return described


def _check_type(header: Header) -> None:
    if header.message_type != MessageType.CERT_REP:
        found = "none" if header.message_type is None else f"{header.message_type}"
        raise _malformed(f"The reply's message type is {found}; it must be CertRep (3).")


def _check_correlation(header: Header, expected: Expected) -> tuple[str, ...]:
    request = expected.request
    if header.transaction_id != request.transaction_id:
        raise ReplyNotVerified(
            "The reply belongs to another transaction.",
            stage=StepName.VERIFY,
            hint="Try again. If it stays so, a cache or proxy answers in place of the server.",
            details=(
                ("Transaction sent", request.transaction_id),
                ("Transaction received", header.transaction_id or "none"),
            ),
        )
    received = header.recipient_nonce
    if received is None and not expected.nonce_required:
        return ("It has no recipientNonce; the profile's minimum allows that.",)
    if received is None or not hmac.compare_digest(received, request.sender_nonce):
        raise ReplyNotVerified(
            "The reply does not repeat the nonce of our request.",
            stage=StepName.VERIFY,
            hint="It may be an old reply that somebody replays. Try again.",
            details=(
                ("Nonce sent", request.sender_nonce.hex()),
                ("Nonce received", received.hex() if received is not None else "none"),
            ),
        )
    return ()


def _status(header: Header) -> PkiStatus:
    try:
        return PkiStatus(int(header.status))
    except ValueError as error:
        raise _malformed(f'The reply\'s pkiStatus is "{header.status[:20]}".') from error


def _reason(header: Header) -> FailureReason:
    if not header.fail_info:
        return FailureReason(None, header.fail_info_text, header.hresult)
    try:
        fail_info = FailInfo(int(header.fail_info))
    except ValueError as error:
        raise _malformed(f'The reply\'s failInfo is "{header.fail_info[:20]}".') from error
    return FailureReason(fail_info, header.fail_info_text, header.hresult)


def _malformed(fact: str) -> ReplyUnreadable:
    return ReplyUnreadable(fact, stage=StepName.VERIFY)
