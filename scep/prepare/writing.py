"""What enrollments and renewals have in common: checks, transaction id, message."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Algorithms
from scep.errors import ChallengeMissing, CsrUnusable, RecipientUnusable, ScepError
from scep.messages import Identity, PkcsReq, RenewalReq, TransactionId
from scep.prepare.prepared import EnrollmentKey, PreparedRequest
from scep.transcript import Outcome, Recorder, Step, StepName
from scep.vocabulary import MessageType
from scep.wire import GET_LIMIT, pki_operation, query_length

_WEAK: Final = "Enable AES and SHA-256 on the server."
_LONG: Final = (
    "Let the server take POST (POSTPKIOperation), or raise its limits: on IIS maxQueryString."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is to be written.

    Attributes:
        request: what is asked for.
        signer: signs the message and opens the replies.
        reasons: why it is written like this, sentences for people.
    """

    request: PkcsReq | RenewalReq
    signer: Identity
    reasons: tuple[str, ...] = ()


def read_csr(csr_der: bytes, key: EnrollmentKey) -> cms.Csr:
    """Read a CSR that is to be sent, and verify it.

    Raises:
        CsrUnusable: it is not readable, or belongs to another key.
    """
    try:
        csr = cms.read_csr(csr_der)
        csr.verify()
    except (cms.Unreadable, cms.SignatureInvalid) as error:
        raise CsrUnusable(
            f"The certificate request cannot be sent: {error.fact}",
            stage=StepName.CSR,
            hint="Make the request again; it must be PKCS#10, signed with its own key.",
        ) from error
    public_key = key.private_key.public_key()
    if csr.spki_der != public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
        raise CsrUnusable(
            "The certificate request was made with another key.",
            stage=StepName.CSR,
            hint="Give the key that the request was made with.",
        )
    return csr


def transaction_id(csr: cms.Csr, *, used_before: bool) -> TransactionId:
    """Name a transaction after its key (RFC 8894 section 3.2.1.1).

    Args:
        csr: holds the key.
        used_before: puts 16 random bytes into the hash, because NDES answers a repeated id with
            the certificate it issued before.
    """
    salt = secrets.token_bytes(16) if used_before else b""
    return TransactionId(hashlib.sha256(csr.spki_der + salt).hexdigest())


def write(
    draft: Draft, *, bundle: CaBundle, algorithms: Algorithms, now: datetime, record: Recorder
) -> PreparedRequest:
    """Write the message of a draft.

    Raises:
        ChallengeMissing: the server's key cannot encrypt, and the CSR has no challenge password
            to encrypt with instead.
        RecipientUnusable: the server's certificate has a key that cannot be used at all.
    """
    request = draft.request
    try:
        message = codec.encode_request(
            request,
            signer=draft.signer,
            recipient_der=bundle.recipient.der,
            cipher=algorithms.cipher,
            digest=algorithms.digest,
            now=now,
        )
    except cms.Unreadable as error:
        raise _not_encrypted(error) from error
    record(_step(draft, algorithms, bundle, message))
    renewal = isinstance(request, RenewalReq)
    return PreparedRequest(
        transaction_id=request.transaction_id,
        sender_nonce=request.sender_nonce,
        message_der=message,
        signer_certificate_der=draft.signer.certificate_der,
        csr_der=request.csr_der,
        algorithms=algorithms,
        message_type=MessageType.RENEWAL_REQ if renewal else MessageType.PKCS_REQ,
    )


def _not_encrypted(error: cms.Unreadable) -> ScepError:
    if isinstance(error, cms.NothingToEncryptWith):
        return ChallengeMissing(error.fact, stage=StepName.ALGORITHMS, hint=error.hint)
    return RecipientUnusable(
        error.fact,
        stage=StepName.ALGORITHMS,
        hint="Give the server an RSA certificate for SCEP of 2048 to 4096 bits.",
    )


def _step(draft: Draft, algorithms: Algorithms, bundle: CaBundle, message: bytes) -> Step:
    weak = algorithms.cipher.is_weak or algorithms.digest.is_weak
    method = "POST" if algorithms.post else "GET"
    fact = f"The request uses {algorithms.cipher} and {algorithms.digest}, sent by {method}."
    characters = query_length(pki_operation(message, post=algorithms.post).query)
    long = characters > GET_LIMIT
    if long:
        fact = f"{fact} As GET it has {characters:,} characters; IIS takes {GET_LIMIT:,}."
    hints = [*([_WEAK] if weak else []), *([_LONG] if long else [])]
    return Step(
        StepName.ALGORITHMS,
        Outcome.WARNED if hints else Outcome.PASSED,
        fact,
        hint=" ".join(hints),
        details=(
            *(("Reason", reason) for reason in (*draft.reasons, *algorithms.reasons)),
            ("Encrypted to", _encrypted_to(bundle)),
            ("Size", f"{len(message):,} bytes"),
        ),
    )


def _encrypted_to(bundle: CaBundle) -> str:
    recipient = bundle.recipient
    if recipient.certificate.rsa_bits is None:
        return f"the challenge password: the key of {recipient.facts.subject} cannot encrypt"
    return recipient.facts.subject
