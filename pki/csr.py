"""PKCS#10 requests (RFC 2986) as SCEP needs them: built, read, verified.

``cryptography`` refuses to sign with SHA-1 and calls valid SHA-1 requests invalid, and it writes
challengePassword as UTF8String only, which old servers cannot read (RFC 8894 section 2.4). So
the structure is written by hand and signed with the raw RSA operation.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import AttributeOID

from pki import asn1, der, signatures
from pki.errors import UNREADABLE, CsrInvalid, SignatureWrong
from pki.extensions import key_usages
from pki.keys import describe, public_der
from pki.names import Dn, text, to_x509
from pki.oids import SIGNATURES
from pki.san import SanKind, SanValue, to_general_name, values_of

__all__ = [
    "CsrFacts",
    "CsrInvalid",
    "CsrSpec",
    "Digest",
    "SanKind",
    "SanValue",
    "build",
    "load",
    "read",
    "verify",
]

MAX_CSR_BYTES: Final = 64 * 1024
"""Largest request read; one with a 4096-bit key and many names has 3 kB."""

MAX_CHALLENGE: Final = 1024
"""Longest challenge password, in characters; PKCS#9 has 255, the emulated dialog takes 1024."""


_CHALLENGE_PASSWORD: Final = "1.2.840.113549.1.9.7"  # noqa: S105 - an OID
_EXTENSION_REQUEST: Final = "1.2.840.113549.1.9.14"
_PRINTABLE: Final = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")

# ASN.1 tags of the string types a challenge may have.
_CHARSETS: Final = {12: "utf-8", 20: "latin-1", 28: "utf-32-be", 30: "utf-16-be"}


class Digest(StrEnum):
    """Digest that signs the request; values are what the profile stores."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


_HASHES: Final[dict[Digest, type[hashes.HashAlgorithm]]] = {
    Digest.SHA1: hashes.SHA1,
    Digest.SHA256: hashes.SHA256,
    Digest.SHA384: hashes.SHA384,
    Digest.SHA512: hashes.SHA512,
}
_RSA_OIDS: Final = {
    Digest.SHA1: "1.2.840.113549.1.1.5",
    Digest.SHA256: "1.2.840.113549.1.1.11",
    Digest.SHA384: "1.2.840.113549.1.1.12",
    Digest.SHA512: "1.2.840.113549.1.1.13",
}


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
    subject = to_x509(spec.subject) if isinstance(spec.subject, Dn) else spec.subject
    if len(spec.challenge_password) > MAX_CHALLENGE:
        message = f"A challenge password has at most {MAX_CHALLENGE} characters."
        raise CsrInvalid(message)
    attributes = der.tagged(0, *sorted(_attributes(spec)))
    info = der.sequence(der.integer(0), subject.public_bytes(), public_der(key), attributes)
    signature = key.sign(info, padding.PKCS1v15(), _HASHES[spec.digest]())
    return der.sequence(info, der.algorithm(_RSA_OIDS[spec.digest]), der.bit_string(signature))


def read(der: bytes) -> CsrFacts:
    """Read a request from anyone, without trusting it.

    Raises:
        CsrInvalid: these bytes are not a PKCS#10 request.
    """
    request = load(der)
    try:
        return _facts(request)
    except UNREADABLE as error:
        raise CsrInvalid("A part of the certificate request cannot be read.") from error


def verify(der: bytes) -> None:
    """Check that the request was signed by the key it carries (SHA-1 included).

    Raises:
        CsrInvalid: it was not, or the algorithm is not one we verify; the text says which.
    """
    request = load(der)
    try:
        signatures.verify(request, request.public_key(), data=asn1.request_info_of(der))
    except SignatureWrong as error:
        message = f"The certificate request is not signed by its own key. {error}"
        raise CsrInvalid(message) from error
    except UNREADABLE as error:
        raise CsrInvalid("The public key of the certificate request cannot be read.") from error


@lru_cache(maxsize=8)
def load(der: bytes) -> x509.CertificateSigningRequest:
    """Load a request from anyone; whether it is signed, only :func:`verify` can tell.

    The last few are remembered: who takes a request verifies, reads and loads it.

    Attributes that do not stand in the order of DER are sorted first: strongSwan writes the
    extensions before the challenge password, and ``cryptography`` does not read that.

    Raises:
        CsrInvalid: these bytes are not a PKCS#10 request.
    """
    if len(der) > MAX_CSR_BYTES:
        message = f"The certificate request has {len(der)} bytes; at most {MAX_CSR_BYTES} are read."
        raise CsrInvalid(message)
    try:
        return x509.load_der_x509_csr(asn1.sort_attributes(der))
    except UNREADABLE as error:
        raise CsrInvalid("The bytes are not a PKCS#10 certificate request.") from error


def _facts(request: x509.CertificateSigningRequest) -> CsrFacts:
    extensions = request.extensions
    public_key = request.public_key()
    algorithm, key_bits = describe(public_key)
    return CsrFacts(
        subject=text(request.subject),
        subject_der=asn1.request_subject(request.tbs_certrequest_bytes),
        public_key_der=public_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        algorithm=algorithm,
        key_bits=key_bits,
        challenge=_challenge(request),
        san=_san_values(extensions),
        key_usage=_key_usage(extensions),
        digest=_digest_name(request),
        extensions=tuple(
            (item.oid.dotted_string, item.critical, item.value.public_bytes())
            for item in extensions
        ),
    )


def _attributes(spec: CsrSpec) -> list[bytes]:
    """Write challengePassword and extensionRequest (RFC 2985 sections 5.4.1 and 5.4.2).

    The password is a PrintableString whenever its characters allow, because old servers read no
    other type (RFC 8894 section 2.4 leaves it open; NDES and jscep do not).
    """
    attributes = []
    password, extensions = spec.challenge_password, _extensions(spec)
    if password:
        printable = _PRINTABLE.fullmatch(password)
        value = der.text(password) if printable else der.utf8_string(password)
        attributes.append(der.sequence(der.oid(_CHALLENGE_PASSWORD), der.set_of(value)))
    if extensions:
        value = der.sequence(*extensions)
        attributes.append(der.sequence(der.oid(_EXTENSION_REQUEST), der.set_of(value)))
    return attributes


def _extensions(spec: CsrSpec) -> list[bytes]:
    wanted = []
    if spec.digital_signature or spec.key_encipherment:
        usage = x509.KeyUsage(
            digital_signature=spec.digital_signature,
            content_commitment=False,
            key_encipherment=spec.key_encipherment,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        # RFC 5280 section 4.2.1.3: conforming CAs SHOULD mark it critical.
        wanted.append(_extension(usage, der.TRUE))
    if spec.san:
        names = x509.SubjectAlternativeName([to_general_name(value) for value in spec.san])
        wanted.append(_extension(names))
    return wanted


def _extension(value: x509.ExtensionType, *critical: bytes) -> bytes:
    oid = der.oid(value.oid.dotted_string)
    return der.sequence(oid, *critical, der.octet_string(value.public_bytes()))


def _challenge(request: x509.CertificateSigningRequest) -> str | None:
    for attribute in request.attributes:
        if attribute.oid == AttributeOID.CHALLENGE_PASSWORD:
            charset = _CHARSETS.get(attribute._type, "ascii")  # noqa: SLF001 - no public name
            return str(attribute.value, charset)
    return None


def _san_values(extensions: x509.Extensions) -> tuple[SanValue, ...]:
    for extension in extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            return values_of(extension.value)
    return ()


def _key_usage(extensions: x509.Extensions) -> tuple[str, ...]:
    for extension in extensions:
        if isinstance(extension.value, x509.KeyUsage):
            return key_usages(extension.value)
    return ()


def _digest_name(request: x509.CertificateSigningRequest) -> str:
    oid = request.signature_algorithm_oid.dotted_string
    digest, _ = SIGNATURES.get(oid, ("", ""))
    return digest.replace("-", "").lower() or oid
