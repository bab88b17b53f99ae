"""Everything that must be kept before the first byte of an enrollment is sent."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Algorithms
from scep.errors import CsrUnusable, RecipientUnusable
from scep.messages import Identity, Nonce, PkcsReq, TransactionId
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.vocabulary import Cipher, Digest


@dataclass(frozen=True, slots=True)
class EnrollmentKey:
    """The key that a certificate is asked for.

    Attributes:
        private_key: signs the CSR and the messages, and opens the replies.
        used_before: whether an earlier request was made with it; then the transaction id gets
            something random (see :func:`prepare`).
    """

    private_key: RSAPrivateKey = field(repr=False)
    used_before: bool = False


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A PKCSReq ready to send, and what it takes to understand the answers, days later too.

    Keep it sealed: the CSR holds the challenge password.

    Attributes:
        transaction_id: the same for the request and all its polls.
        sender_nonce: of the request; each poll has its own.
        message_der: the pkiMessage.
        signer_certificate_der: self-signed; replies are encrypted to it.
        csr_der: the PKCS#10 request inside.
        algorithms: how it is sent, polls too.
    """

    transaction_id: str
    sender_nonce: bytes
    message_der: bytes = field(repr=False)
    signer_certificate_der: bytes = field(repr=False)
    csr_der: bytes = field(repr=False)
    algorithms: Algorithms

    def to_json(self) -> str:
        """Write it down; holds the challenge password, so seal it."""
        values = {
            "transaction_id": self.transaction_id,
            "sender_nonce": _to_text(self.sender_nonce),
            "message_der": _to_text(self.message_der),
            "signer_certificate_der": _to_text(self.signer_certificate_der),
            "csr_der": _to_text(self.csr_der),
            "algorithms": asdict(self.algorithms),
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
        )


def prepare(
    *,
    csr_der: bytes,
    key: EnrollmentKey,
    bundle: CaBundle,
    algorithms: Algorithms,
    now: datetime,
    record: Recorder = drop,
) -> PreparedRequest:
    """Make the PKCSReq for a CSR.

    The transaction id is the SHA-256 of the public key in hexadecimal, as is usual
    (section 3.2.1.1 asks for something unique). NDES answers a repeated id with the certificate
    it issued before, so a key that was used before gets 16 random bytes into the hash.

    Args:
        csr_der: PKCS#10 request, made with the same key.
        key: signs the message with a self-signed certificate of its own (section 2.3).
        bundle: holds the certificate to encrypt to.
        algorithms: from :func:`scep.capabilities.choose`.
        now: for the signing time and the self-signed certificate's validity.
        record: takes the step "Algorithms", with the reasons.

    Raises:
        CsrUnusable: the CSR is not readable or belongs to another key.
        RecipientUnusable: the server's certificate has no key to encrypt to.
    """
    csr = _read_csr(csr_der, key)
    _check_recipient(bundle)
    signer = Identity(
        cms.self_signed(csr, key.private_key, digest=algorithms.digest, now=now), key.private_key
    )
    request = PkcsReq(_transaction_id(csr, key), codec.fresh_nonce(), csr_der)
    message = codec.encode_request(
        request,
        signer=signer,
        recipient_der=bundle.recipient.der,
        cipher=algorithms.cipher,
        digest=algorithms.digest,
        now=now,
    )
    record(_algorithms_step(algorithms, bundle, len(message)))
    return PreparedRequest(
        transaction_id=request.transaction_id,
        sender_nonce=request.sender_nonce,
        message_der=message,
        signer_certificate_der=signer.certificate_der,
        csr_der=csr_der,
        algorithms=algorithms,
    )


def request_of(prepared: PreparedRequest) -> PkcsReq:
    """Give the message that a prepared request holds."""
    transaction_id = TransactionId(prepared.transaction_id)
    return PkcsReq(transaction_id, Nonce(prepared.sender_nonce), prepared.csr_der)


def _read_csr(csr_der: bytes, key: EnrollmentKey) -> cms.Csr:
    try:
        csr = cms.read_csr(csr_der)
        csr.verify()
    except (cms.Unreadable, cms.SignatureInvalid) as error:
        raise CsrUnusable(
            f"The certificate request cannot be sent: {error.fact}", stage=StepName.CSR
        ) from error
    public_key = key.private_key.public_key()
    if csr.spki_der != public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
        raise CsrUnusable("The certificate request was made with another key.", stage=StepName.CSR)
    return csr


def _check_recipient(bundle: CaBundle) -> None:
    try:
        cms.recipient_key(bundle.recipient.certificate)
    except cms.Unreadable as error:
        raise RecipientUnusable(
            error.fact,
            stage=StepName.ALGORITHMS,
            hint=(
                "Requests are encrypted with RSA. Give the server an RSA certificate for SCEP: "
                "an RA certificate, if its CA is to stay with its present key."
            ),
        ) from error


def _transaction_id(csr: cms.Csr, key: EnrollmentKey) -> TransactionId:
    salt = secrets.token_bytes(16) if key.used_before else b""
    return TransactionId(hashlib.sha256(csr.spki_der + salt).hexdigest())


def _algorithms_step(algorithms: Algorithms, bundle: CaBundle, length: int) -> Step:
    weak = algorithms.cipher.is_weak or algorithms.digest.is_weak
    method = "POST" if algorithms.post else "GET"
    return Step(
        StepName.ALGORITHMS,
        Outcome.WARNED if weak else Outcome.PASSED,
        f"The request uses {algorithms.cipher} and {algorithms.digest}, sent by {method}.",
        hint="Enable AES and SHA-256 on the server." if weak else "",
        details=(
            *(("Reason", reason) for reason in algorithms.reasons),
            ("Encrypted to", bundle.recipient.facts.subject),
            ("Size", _size(length, post=algorithms.post)),
        ),
    )


def _size(length: int, *, post: bool) -> str:
    if post:
        return f"{length:,} bytes"
    characters = 4 * ((length + 2) // 3)
    return f"{length:,} bytes, {characters:,} characters in the URL; IIS takes 2,048 by default"


def _to_text(value: bytes) -> str:
    return base64.b64encode(value).decode()
