"""Messages to pkiMessages."""

import secrets
from datetime import UTC, datetime
from typing import Final

from pki import der
from scep import cms
from scep.messages import (
    CertPoll,
    CertRep,
    GetCert,
    Identity,
    IssuerAndSerial,
    Nonce,
    PkcsReq,
    RenewalReq,
    Request,
    Signer,
)
from scep.vocabulary import Cipher, Digest, MessageType, Oid

NONCE_BYTES: Final = 16


def fresh_nonce() -> Nonce:
    """Make a nonce; every message has its own, polls too."""
    return Nonce(secrets.token_bytes(NONCE_BYTES))


def encode_request(
    request: Request,
    *,
    signer: Identity,
    recipient_der: bytes,
    cipher: Cipher,
    digest: Digest,
    now: datetime,
) -> bytes:
    """Write a request.

    Args:
        request: any of them.
        signer: whose certificate goes along, and who can read the reply.
        recipient_der: the one certificate to encrypt to.
        cipher: encrypts the content.
        digest: of the signature.
        now: signing time; a server may refuse with badTime when it is far from its own.

    Raises:
        NothingToEncryptWith: the recipient's key cannot encrypt, and the request has no challenge
            password, which takes its place (RFC 8894 section 3.1).
    """
    message_type, content = _content(request)
    attributes = {
        Oid.TRANSACTION_ID: der.text(request.transaction_id),
        Oid.MESSAGE_TYPE: der.text(str(message_type.value)),
        Oid.SENDER_NONCE: der.octet_string(request.sender_nonce),
        Oid.SIGNING_TIME: der.time(now.astimezone(UTC)),
    }
    return cms.sign(
        cms.envelop(content, recipient_der, cipher, password=_challenge(request)),
        attributes,
        signer=signer,
        digest=digest,
        certificates=(signer.certificate_der,),
    )


def encode_reply(
    rep: CertRep,
    *,
    recipient_nonce: Nonce,
    recipient_der: bytes,
    signer: Signer,
    password: str = "",
) -> bytes:
    """Write a CertRep.

    Args:
        rep: what to say; with certificates or CRLs it needs a cipher.
        recipient_nonce: senderNonce of the request.
        recipient_der: whom to encrypt to: the signer of the request.
        signer: CA or RA.
        password: the challenge, which takes the place of a recipient's key that cannot encrypt.

    Raises:
        NothingToEncryptWith: the recipient's key cannot encrypt, and there is no password.
    """
    attributes = {
        Oid.TRANSACTION_ID: der.text(rep.transaction_id),
        Oid.MESSAGE_TYPE: der.text(str(MessageType.CERT_REP.value)),
        Oid.PKI_STATUS: der.text(str(rep.status.value)),
        Oid.RECIPIENT_NONCE: der.octet_string(recipient_nonce),
    }
    if rep.sender_nonce is not None:
        attributes[Oid.SENDER_NONCE] = der.octet_string(rep.sender_nonce)
    if rep.reason is not None and rep.reason.fail_info is not None:
        attributes[Oid.FAIL_INFO] = der.text(str(rep.reason.fail_info.value))
    if rep.reason is not None and rep.reason.text:
        attributes[Oid.FAIL_INFO_TEXT] = der.utf8_string(rep.reason.text)
    content = b""
    if rep.cipher is not None:
        inner = cms.write_crls(rep.crls) if rep.crls else cms.write_certificates(rep.certificates)
        content = cms.envelop(inner, recipient_der, rep.cipher, password=password)
    return cms.sign(
        content,
        attributes,
        signer=signer,
        digest=rep.digest,
        certificates=(signer.certificate_der,),
    )


def _challenge(request: Request) -> str:
    return request.challenge if isinstance(request, PkcsReq | RenewalReq | CertPoll) else ""


def _content(request: Request) -> tuple[MessageType, bytes]:
    match request:
        case PkcsReq():
            return MessageType.PKCS_REQ, request.csr_der
        case RenewalReq():
            return MessageType.RENEWAL_REQ, request.csr_der
        case CertPoll():
            names = request.subject
            content = cms.write_issuer_and_subject(names.issuer_der, names.subject_der)
            return MessageType.CERT_POLL, content
        case GetCert():
            return MessageType.GET_CERT, _named(request.certificate)
        case _:
            return MessageType.GET_CRL, _named(request.certificate)


def _named(certificate: IssuerAndSerial) -> bytes:
    return cms.write_issuer_and_serial(certificate.issuer_der, certificate.serial)
