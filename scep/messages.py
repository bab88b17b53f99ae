"""The messages of SCEP as values (RFC 8894 section 3.3); :mod:`scep.codec` writes them down."""

from dataclasses import dataclass, field
from typing import NewType, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.errors import FailureReason
from scep.vocabulary import Cipher, Digest, KeyTransport, PkiStatus

TransactionId = NewType("TransactionId", str)
"""Names one enrollment with all its polls (section 3.2.1.1)."""

Nonce = NewType("Nonce", bytes)
"""Ties a reply to its request (section 3.2.1.5); ours have 16 bytes, others' any length."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key: who signs, or for whom something is encrypted."""

    certificate_der: bytes = field(repr=False)
    private_key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class EcIdentity:
    """A certificate with an EC private key: it signs, and nothing can be encrypted for it."""

    certificate_der: bytes = field(repr=False)
    private_key: EllipticCurvePrivateKey = field(repr=False)


Signer: TypeAlias = Identity | EcIdentity


@dataclass(frozen=True, slots=True)
class IssuerAndSubject:
    """Which pending request a CertPoll asks about (section 3.3.3); DER of both names."""

    issuer_der: bytes
    subject_der: bytes


@dataclass(frozen=True, slots=True)
class IssuerAndSerial:
    """Which certificate is meant: DER of the name of the CA that issued it, and its number."""

    issuer_der: bytes
    serial: int


@dataclass(frozen=True, slots=True)
class PkcsReq:
    """Asks for a certificate.

    Attributes:
        challenge: challengePassword of the CSR, for a recipient whose key cannot encrypt.
    """

    transaction_id: TransactionId
    sender_nonce: Nonce
    csr_der: bytes = field(repr=False)
    challenge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RenewalReq:
    """Asks for a certificate in place of the one that signs the message (section 3.3.1.1).

    Attributes:
        challenge: challengePassword of the CSR, for a recipient whose key cannot encrypt.
    """

    transaction_id: TransactionId
    sender_nonce: Nonce
    csr_der: bytes = field(repr=False)
    challenge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CertPoll:
    """Asks whether a pending request has been decided.

    Attributes:
        challenge: that of the request, for a recipient whose key cannot encrypt.
    """

    transaction_id: TransactionId
    sender_nonce: Nonce
    subject: IssuerAndSubject
    challenge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GetCert:
    """Asks for a certificate that was issued before (section 3.3.4)."""

    transaction_id: TransactionId
    sender_nonce: Nonce
    certificate: IssuerAndSerial


@dataclass(frozen=True, slots=True)
class GetCrl:
    """Asks for the CRL on which a certificate would stand (section 3.3.4)."""

    transaction_id: TransactionId
    sender_nonce: Nonce
    certificate: IssuerAndSerial


Request: TypeAlias = PkcsReq | RenewalReq | CertPoll | GetCert | GetCrl


@dataclass(frozen=True, slots=True)
class CertRep:
    """What the server answered; every MUST of section 3.3.2 has been checked.

    Attributes:
        transaction_id: of the request that is answered.
        status: granted, refused, or not decided yet.
        sender_nonce: the server's own nonce; None when it sent none (many do not).
        reason: why it refused; None unless the status is FAILURE.
        certificates: DER of what came inside the envelope, order without meaning; empty unless
            the status is SUCCESS.
        crls: DER of what came inside the envelope; empty but in the answer to a GetCRL.
        digest: digest under the server's signature.
        cipher: content encryption of the envelope; None without envelope.
        key_transport: how the content key was wrapped; None without envelope.
        signed_by: subject of the certificate that signed it.
        signature: how it signed, such as ``RSA with SHA-256``.
        remarks: deviations from the RFC that were tolerated, in words.
    """

    transaction_id: TransactionId
    status: PkiStatus
    sender_nonce: Nonce | None
    digest: Digest
    reason: FailureReason | None = None
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    cipher: Cipher | None = None
    key_transport: KeyTransport | None = None
    signed_by: str = ""
    signature: str = ""
    remarks: tuple[str, ...] = ()
