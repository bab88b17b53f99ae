"""The request of somebody who has a certificate and wants its successor (RFC 8894 section 2.4)."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Algorithms
from scep.errors import SignerUnusable
from scep.messages import Identity, PkcsReq, RenewalReq
from scep.prepare.prepared import EnrollmentKey, PreparedRequest
from scep.prepare.writing import Draft, read_csr, transaction_id, write
from scep.transcript import Recorder, StepName, drop
from scep.vocabulary import MessageType


@dataclass(frozen=True, slots=True)
class Renewal:
    """Who renews, and how.

    Attributes:
        current: the certificate that is renewed, with its key: it signs the request, and its key
            opens the replies.
        key: the key of the CSR; a new one, unless there is a reason to keep the old one.
        message_type: from :func:`scep.capabilities.renewal_type`.
    """

    current: Identity
    key: EnrollmentKey
    message_type: MessageType = MessageType.RENEWAL_REQ


def prepare_renewal(
    *,
    csr_der: bytes,
    renewal: Renewal,
    bundle: CaBundle,
    algorithms: Algorithms,
    now: datetime,
    record: Recorder = drop,
) -> PreparedRequest:
    """Make the request that renews a certificate.

    The CSR should carry no challenge password: the signature with the old certificate stands in
    for it (section 2.4). One that is there is sent all the same, because some servers want it.

    Args:
        csr_der: PKCS#10 request, made with the renewal's key.
        renewal: who renews, and how.
        bundle: holds the certificate to encrypt to.
        algorithms: from :func:`scep.capabilities.choose`.
        now: for the signing time, and whether the certificate can still sign.
        record: takes the step "Algorithms", with the reasons.

    Raises:
        CsrUnusable: the CSR is not readable or belongs to another key.
        SignerUnusable: the certificate is not readable, of another key, or not valid now.
        ChallengeMissing: the server's key cannot encrypt, and the CSR has no challenge password
            to encrypt with instead.
        RecipientUnusable: the server's certificate has a key that cannot be used at all.
    """
    current = _read_current(renewal.current, now)
    csr = read_csr(csr_der, renewal.key)
    same_key = csr.spki_der == current.spki_der
    kind = RenewalReq if renewal.message_type is MessageType.RENEWAL_REQ else PkcsReq
    name = transaction_id(csr, used_before=same_key or renewal.key.used_before)
    draft = Draft(
        kind(name, codec.fresh_nonce(), csr_der, csr.challenge),
        renewal.current,
        _reasons(renewal.message_type, csr, current, same_key=same_key),
    )
    return write(draft, bundle=bundle, algorithms=algorithms, now=now, record=record)


def _read_current(identity: Identity, now: datetime) -> cms.Certificate:
    try:
        current = cms.read_certificate(identity.certificate_der)
    except cms.Unreadable as error:
        raise SignerUnusable(
            f"The certificate to renew cannot be used: {error.fact}",
            stage=StepName.CSR,
            hint="Give the certificate that is to be renewed, or enroll anew.",
        ) from error
    public_key = identity.private_key.public_key()
    if current.spki_der != public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
        raise SignerUnusable(
            "The certificate to renew has another key.",
            stage=StepName.CSR,
            hint="Give the certificate and its own private key.",
        )
    if not current.not_before <= now <= current.not_after:
        state = "is not valid yet" if now < current.not_before else "has expired"
        raise SignerUnusable(
            f"The certificate to renew {state}: it is valid from "
            f"{current.not_before:%Y-%m-%d %H:%M} to {current.not_after:%Y-%m-%d %H:%M} UTC.",
            stage=StepName.CSR,
            hint="Only a valid certificate can be renewed. Enroll anew.",
        )
    return current


def _reasons(
    message_type: MessageType, csr: cms.Csr, current: cms.Certificate, *, same_key: bool
) -> tuple[str, ...]:
    signed = f"signed with the certificate {current.serial_hex} of {current.subject}"
    reasons = [f"RenewalReq, {signed}: the server offers Renewal."]
    if message_type is not MessageType.RENEWAL_REQ:
        reasons = [f"PKCSReq, {signed}: for servers that take no RenewalReq."]
    if same_key:
        reasons.append("The transaction id is random: the key is the one of the old certificate.")
    usage = current.key_usage
    missing = sorted({"digitalSignature", "keyEncipherment"} - usage) if usage is not None else []
    if missing:
        lacking = " and ".join(missing)
        reasons.append(f"The key usage of the old certificate lacks {lacking}; it is used for it.")
    if csr.challenge:
        reasons.append("A challenge password goes along, which a renewal should not need.")
    return tuple(reasons)
