"""Private keys of certificates that came another way than SCEP: RSA or on an elliptic curve.

SCEP itself works with RSA keys only; :mod:`pki.keys` is for those.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import certinfo, keys
from pki.errors import UNREADABLE, KeyMismatch, KeyUnusable

PrivateKey: TypeAlias = RSAPrivateKey | EllipticCurvePrivateKey

_CURVES: Final[Mapping[int, type[ec.EllipticCurve]]] = {
    256: ec.SECP256R1,
    384: ec.SECP384R1,
    521: ec.SECP521R1,
}


class KeyAlgorithm(StrEnum):
    """Kind of a key; values are those of the XML entry."""

    RSA = "RSA"
    EC = "EC"


def generate(algorithm: KeyAlgorithm, bits: int) -> PrivateKey:
    """Make a fresh key; an RSA key takes long, see :func:`pki.keys.generate_rsa`.

    Raises:
        KeyUnusable: there is no key of this kind and size.
    """
    if algorithm is KeyAlgorithm.RSA:
        return keys.generate_rsa(bits)
    if bits not in _CURVES:
        raise KeyUnusable(f"Elliptic curve keys have 256, 384 or 521 bits, not {bits}.")
    return ec.generate_private_key(_CURVES[bits]())


def to_der(key: PrivateKey) -> bytes:
    """Write a key as PKCS#8 for sealed storage; never put the result on disk as it is."""
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def from_der(der: bytes) -> PrivateKey:
    """Read a key that :func:`to_der` wrote and we kept sealed; its primes are not tested again.

    Raises:
        KeyUnusable: these bytes are not such a key.
    """
    try:
        key = serialization.load_der_private_key(
            der, password=None, unsafe_skip_rsa_key_validation=True
        )
    except UNREADABLE as error:
        raise KeyUnusable("The stored private key cannot be read.") from error
    return usable(key)


def usable(key: object) -> PrivateKey:
    """Return a key of a kind and size that this product works with.

    Raises:
        KeyUnusable: it is of another kind, or too short or too long.
    """
    if isinstance(key, EllipticCurvePrivateKey):
        if not isinstance(key.curve, tuple(_CURVES.values())):
            raise KeyUnusable(f"The curve {key.curve.name} is not supported; P-256 to P-521 are.")
        return key
    if not isinstance(key, RSAPrivateKey):
        kind, _ = keys.describe(getattr(key, "public_key", lambda: key)())
        raise KeyUnusable(f"The private key is of the kind {kind}; RSA and EC keys are supported.")
    if not keys.MIN_BITS <= key.key_size <= keys.MAX_BITS:
        limits = f"{keys.MIN_BITS} to {keys.MAX_BITS} are supported"
        raise KeyUnusable(f"The RSA key has {key.key_size} bits; {limits}.")
    return key


def is_pair(key: PrivateKey, certificate_der: bytes) -> bool:
    """Tell whether a key belongs to a certificate.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    return keys.spki_der(key.public_key()) == certinfo.read(certificate_der).public_key_der


def require_pair(key: PrivateKey, certificate_der: bytes) -> None:
    """Make sure that a key belongs to a certificate.

    Raises:
        KeyMismatch: it does not.
        CertificateUnreadable: these bytes are not a certificate.
    """
    if not is_pair(key, certificate_der):
        subject = certinfo.read(certificate_der).subject
        raise KeyMismatch(f"The private key does not match the certificate {subject}.")
