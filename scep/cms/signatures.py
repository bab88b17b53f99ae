"""Signatures over certificates, requests and messages: which scheme, and whether it verifies.

The system's crypto policy has no say here: SHA-1 verifies, because servers use it, and the
caller decides whether to accept it. MD5 is not known at all.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from scep.cms import schema
from scep.cms.errors import SignatureInvalid, Unsupported, reading
from scep.vocabulary import Digest, Oid

HASHES: Final[dict[Digest, hashes.HashAlgorithm]] = {
    Digest.SHA_1: hashes.SHA1(),  # noqa: S303 - servers sign with it; the caller judges
    Digest.SHA_224: hashes.SHA224(),
    Digest.SHA_256: hashes.SHA256(),
    Digest.SHA_384: hashes.SHA384(),
    Digest.SHA_512: hashes.SHA512(),
}

DIGEST_OIDS: Final = {
    Digest.SHA_1: "1.3.14.3.2.26",
    Digest.SHA_224: "2.16.840.1.101.3.4.2.4",
    Digest.SHA_256: "2.16.840.1.101.3.4.2.1",
    Digest.SHA_384: "2.16.840.1.101.3.4.2.2",
    Digest.SHA_512: "2.16.840.1.101.3.4.2.3",
}

RSA_OIDS: Final = {
    Digest.SHA_1: "1.2.840.113549.1.1.5",
    Digest.SHA_224: "1.2.840.113549.1.1.14",
    Digest.SHA_256: "1.2.840.113549.1.1.11",
    Digest.SHA_384: "1.2.840.113549.1.1.12",
    Digest.SHA_512: "1.2.840.113549.1.1.13",
}

ECDSA_OIDS: Final = {
    Digest.SHA_1: "1.2.840.10045.4.1",
    Digest.SHA_224: "1.2.840.10045.4.3.1",
    Digest.SHA_256: "1.2.840.10045.4.3.2",
    Digest.SHA_384: "1.2.840.10045.4.3.3",
    Digest.SHA_512: "1.2.840.10045.4.3.4",
}

_UNSUPPORTED: Final = {
    "1.2.840.113549.1.1.4": "MD5 with RSA",
    "1.2.840.113549.1.1.2": "MD2 with RSA",
    "1.2.840.113549.2.5": "MD5",
}

_PSS_OID: Final = "1.2.840.113549.1.1.10"


MAX_RSA_BITS: Final = 8192
MAX_EXPONENT_BITS: Final = 33
"""Longer keys and exponents are nobody's, but they make each signature take milliseconds."""


class Kind(StrEnum):
    """Families of signature algorithms."""

    RSA_PKCS1 = "RSA"
    RSA_PSS = "RSA-PSS"
    ECDSA = "ECDSA"
    EDWARDS = "EdDSA"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a signature was made."""

    kind: Kind
    digest: Digest
    salt_length: int = 0

    def __str__(self) -> str:
        return f"{self.kind} with {self.digest}"


_BY_DIGEST_OID: Final = {oid: digest for digest, oid in DIGEST_OIDS.items()}

_SCHEMES: Final = {
    **{oid: Scheme(Kind.RSA_PKCS1, digest) for digest, oid in RSA_OIDS.items()},
    **{oid: Scheme(Kind.ECDSA, digest) for digest, oid in ECDSA_OIDS.items()},
    "1.3.14.3.2.29": Scheme(Kind.RSA_PKCS1, Digest.SHA_1),
    "1.3.101.112": Scheme(Kind.EDWARDS, Digest.SHA_512),
    "1.3.101.113": Scheme(Kind.EDWARDS, Digest.SHA_512),
}


def read_digest(algorithm: schema.Value) -> Digest:
    """Read a digest AlgorithmIdentifier.

    Raises:
        Unsupported: a digest we do not have, MD5 among them.
    """
    oid = algorithm["algorithm"].dotted
    if oid not in _BY_DIGEST_OID:
        raise Unsupported(f"The digest algorithm {_name(oid)} is not supported.")
    return _BY_DIGEST_OID[oid]


def read_scheme(algorithm: schema.Value, digest: Digest | None = None) -> Scheme:
    """Read a signature AlgorithmIdentifier.

    Args:
        algorithm: as parsed.
        digest: from the SignerInfo, for ``rsaEncryption`` and ``ecPublicKey``, which name none
            themselves.

    Raises:
        Unsupported: a scheme we do not have.
    """
    oid = algorithm["algorithm"].dotted
    if oid == Oid.RSA_ENCRYPTION and digest is not None:
        return Scheme(Kind.RSA_PKCS1, digest)
    if oid == Oid.EC_PUBLIC_KEY and digest is not None:
        return Scheme(Kind.ECDSA, digest)
    if oid == _PSS_OID:
        return _read_pss(algorithm)
    if oid not in _SCHEMES:
        raise Unsupported(f"The signature algorithm {_name(oid)} is not supported.")
    return _SCHEMES[oid]


def load_public_key(spki_der: bytes) -> PublicKeyTypes:
    """Load a SubjectPublicKeyInfo.

    Raises:
        Unreadable: broken.
        Unsupported: a kind of key we do not have, or an RSA key that only slows us down.
    """
    try:
        with reading("public key"):
            key = load_der_public_key(spki_der)
    except UnsupportedAlgorithm as error:
        raise Unsupported("The public key is of a kind that is not supported.") from error
    if isinstance(key, rsa.RSAPublicKey):
        bits, exponent_bits = key.key_size, key.public_numbers().e.bit_length()
        if bits > MAX_RSA_BITS or exponent_bits > MAX_EXPONENT_BITS:
            raise Unsupported(
                f"An RSA key of {bits} bits with an exponent of {exponent_bits} is not supported."
            )
    return key


def verify(key: PublicKeyTypes, scheme: Scheme, signature: bytes, data: bytes) -> None:
    """Verify a signature.

    Raises:
        SignatureInvalid: it does not verify with this key.
    """
    digest = HASHES[scheme.digest]
    try:
        match key, scheme.kind:
            case rsa.RSAPublicKey(), Kind.RSA_PKCS1:
                key.verify(signature, data, padding.PKCS1v15(), digest)
            case rsa.RSAPublicKey(), Kind.RSA_PSS:
                pss = padding.PSS(padding.MGF1(digest), scheme.salt_length)
                key.verify(signature, data, pss, digest)
            case ec.EllipticCurvePublicKey(), Kind.ECDSA:
                key.verify(signature, data, ec.ECDSA(digest))
            case ((ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()), Kind.EDWARDS):
                key.verify(signature, data)
            case _:
                raise SignatureInvalid("The signature was made with another kind of key.")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise SignatureInvalid("The signature does not verify.") from error


def _read_pss(algorithm: schema.Value) -> Scheme:
    with reading("signature algorithm"):
        parameters = algorithm["parameters"].parse(schema.PssParameters)
        named = bool(parameters["hash"])
        digest = read_digest(parameters["hash"]) if named else Digest.SHA_1
        return Scheme(Kind.RSA_PSS, digest, parameters["salt_length"].native)


def _name(oid: str) -> str:
    return _UNSUPPORTED.get(oid, oid)
