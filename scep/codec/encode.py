"""Messages to pkiMessages."""

import secrets
from datetime import UTC, datetime
from typing import Final

from scep import cms
from scep.cms import der
from scep.messages import CertRep, Identity, Nonce, PkcsReq, Request
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
        request: PKCSReq or CertPoll.
        signer: whose certificate goes along, and who can read the reply.
        recipient_der: the one certificate to encrypt to.
        cipher: encrypts the content.
        digest: of the signature.
        now: signing time; a server may refuse with badTime when it is far from its own.

    Raises:
        Unreadable: the recipient has no RSA key.
    """
    if isinstance(request, PkcsReq):
        message_type, content = MessageType.PKCS_REQ, request.csr_der
    else:
        names = request.subject
        content = cms.write_issuer_and_subject(names.issuer_der, names.subject_der)
        message_type = MessageType.CERT_POLL
    attributes = {
        Oid.TRANSACTION_ID: der.text(request.transaction_id),
        Oid.MESSAGE_TYPE: der.text(str(message_type.value)),
        Oid.SENDER_NONCE: der.octet_string(request.sender_nonce),
        Oid.SIGNING_TIME: der.time(now.astimezone(UTC)),
    }
    return cms.sign(
        cms.envelop(content, recipient_der, cipher),
        attributes,
        signer=signer,
        digest=digest,
        certificates=(signer.certificate_der,),
    )


def encode_reply(
    rep: CertRep, *, recipient_nonce: Nonce, recipient_der: bytes, signer: Identity
) -> bytes:
    """Write a CertRep.

    Args:
        rep: what to say; with certificates it needs a cipher.
        recipient_nonce: senderNonce of the request.
        recipient_der: whom to encrypt to: the signer of the request.
        signer: CA or RA.
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
        inner = cms.write_certificates(rep.certificates)
        content = cms.envelop(inner, recipient_der, rep.cipher)
    return cms.sign(
        content,
        attributes,
        signer=signer,
        digest=rep.digest,
        certificates=(signer.certificate_der,),
    )
