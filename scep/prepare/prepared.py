"""A request that is ready to be sent, as it is kept."""

import base64
import json
from dataclasses import asdict, dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.capabilities import Algorithms
from scep.messages import Nonce, PkcsReq, RenewalReq, TransactionId
from scep.vocabulary import Cipher, Digest, MessageType


@dataclass(frozen=True, slots=True)
class EnrollmentKey:
    """The key that a certificate is asked for.

    Attributes:
        private_key: signs the CSR; unless a certificate is renewed, the messages too, and opens
            the replies.
        used_before: whether an earlier request was made with it; then the transaction id gets
            something random (see :func:`scep.prepare.prepare`).
    """

    private_key: RSAPrivateKey = field(repr=False)
    used_before: bool = False


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A request ready to send, and what it takes to understand the answers, days later too.

    Keep it sealed: the CSR holds the challenge password.

    Attributes:
        transaction_id: the same for the request and all its polls.
        sender_nonce: of the request; each poll has its own.
        message_der: the pkiMessage.
        signer_certificate_der: self-signed, or the certificate that is renewed; replies are
            encrypted to it, so its key opens them.
        csr_der: the PKCS#10 request inside; it holds the public key to be certified.
        algorithms: how it is sent, polls too.
        message_type: PKCS_REQ or RENEWAL_REQ.
    """

    transaction_id: str
    sender_nonce: bytes
    message_der: bytes = field(repr=False)
    signer_certificate_der: bytes = field(repr=False)
    csr_der: bytes = field(repr=False)
    algorithms: Algorithms
    message_type: MessageType = MessageType.PKCS_REQ

    def to_json(self) -> str:
        """Write it down; holds the challenge password, so seal it."""
        values = {
            "transaction_id": self.transaction_id,
            "sender_nonce": _to_text(self.sender_nonce),
            "message_der": _to_text(self.message_der),
            "signer_certificate_der": _to_text(self.signer_certificate_der),
            "csr_der": _to_text(self.csr_der),
            "algorithms": asdict(self.algorithms),
            "message_type": self.message_type.value,
        }
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> "PreparedRequest":
        """Read what :meth:`to_json` wrote."""
        values = json.loads(text)
        algorithms = values["algorithms"]
        return cls(
            transaction_id=values["transaction_id"],
            sender_nonce=base64.b64decode(values["sender_nonce"]),
            message_der=base64.b64decode(values["message_der"]),
            signer_certificate_der=base64.b64decode(values["signer_certificate_der"]),
            csr_der=base64.b64decode(values["csr_der"]),
            algorithms=Algorithms(
                cipher=Cipher(algorithms["cipher"]),
                digest=Digest(algorithms["digest"]),
                post=algorithms["post"],
                reasons=tuple(algorithms["reasons"]),
            ),
            # Absent from what was stored before there were renewals.
            message_type=MessageType(values.get("message_type", MessageType.PKCS_REQ)),
        )


def request_of(prepared: PreparedRequest) -> PkcsReq | RenewalReq:
    """Give the message that a prepared request holds."""
    kind = RenewalReq if prepared.message_type is MessageType.RENEWAL_REQ else PkcsReq
    transaction_id = TransactionId(prepared.transaction_id)
    return kind(transaction_id, Nonce(prepared.sender_nonce), prepared.csr_der)


def _to_text(value: bytes) -> str:
    return base64.b64encode(value).decode()
