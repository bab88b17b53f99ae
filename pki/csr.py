"""PKCS#10 requests (RFC 2986) as SCEP needs them: built, read, verified.

``cryptography`` refuses to sign with SHA-1 and calls valid SHA-1 requests invalid, and it writes
challengePassword as UTF8String only, which old servers cannot read (RFC 8894 section 2.4). So
the structure is made with asn1crypto and signed with the raw RSA operation.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki.errors import CsrInvalid
from pki.names import Dn

__all__ = [
    "CsrFacts",
    "CsrInvalid",
    "CsrSpec",
    "Digest",
    "SanKind",
    "SanValue",
    "build",
    "read",
    "verify",
]

MAX_CSR_BYTES: Final = 64 * 1024


class Digest(StrEnum):
    """Digest that signs the request; values are what the profile stores."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class SanKind(StrEnum):
    """Kind of a subject alternative name."""

    RFC822 = "rfc822"
    DNS = "dns"
    URI = "uri"
    IP = "ip"


@dataclass(frozen=True, slots=True)
class SanValue:
    """One subject alternative name."""

    kind: SanKind
    value: str


@dataclass(frozen=True, slots=True)
class CsrSpec:
    """What a request shall say.

    Attributes:
        subject: the name asked for.
        digest: what signs the request.
        challenge_password: proof for the CA; empty leaves the attribute out.
        digital_signature: ask for key usage digitalSignature.
        key_encipherment: ask for key usage keyEncipherment.
        san: subject alternative names asked for; empty leaves the extension out.
    """

    subject: Dn | x509.Name
    digest: Digest = Digest.SHA256
    challenge_password: str = field(default="", repr=False)
    digital_signature: bool = False
    key_encipherment: bool = False
    san: tuple[SanValue, ...] = ()


@dataclass(frozen=True, slots=True)
class CsrFacts:
    """What a request says; nothing of it is verified until :func:`verify` was called.

    Attributes:
        subject: the name as text, in the request's order.
        subject_der: the name as the request has it.
        public_key_der: SubjectPublicKeyInfo.
        algorithm: ``"RSA"``, ``"EC"`` or the name of another one.
        key_bits: size of the key; 0 where it has none.
        challenge: challengePassword; ``None`` when there is none.
        san: subject alternative names asked for, of the kinds we know.
        key_usage: names such as ``"digitalSignature"``.
        digest: ``"sha256"`` and the like, or the dotted OID of an unknown signature algorithm.
        extensions: the whole extensionRequest as (OID, critical, value) triples.
    """

    subject: str
    subject_der: bytes
    public_key_der: bytes
    algorithm: str
    key_bits: int
    challenge: str | None = field(repr=False)
    san: tuple[SanValue, ...]
    key_usage: tuple[str, ...]
    digest: str
    extensions: tuple[tuple[str, bool, bytes], ...]


def build(spec: CsrSpec, key: RSAPrivateKey) -> bytes:
    """Make and sign the request; the result is DER.

    Raises:
        NameSyntax: the subject cannot be written.
        CsrInvalid: an alternative name or the challenge password cannot be written.
    """
    raise NotImplementedError


def read(der: bytes) -> CsrFacts:
    """Read a request from anyone, without trusting it.

    Raises:
        CsrInvalid: these bytes are not a PKCS#10 request.
    """
    raise NotImplementedError


def verify(der: bytes) -> None:
    """Check that the request was signed by the key it carries (SHA-1 included).

    Raises:
        CsrInvalid: it was not, or the algorithm is not one we verify; the text says which.
    """
    raise NotImplementedError
