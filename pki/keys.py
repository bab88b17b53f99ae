"""Private keys: made, written, read. RSA only, as in the SCEP profile of the product emulated."""

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from pki.errors import KeyUnusable

MIN_BITS: Final = 1024
"""The weakest size the emulated dialog offers; FIPS-CC mode asks for 2048."""

MAX_BITS: Final = 8192
"""Beyond this one key takes minutes."""

MAX_KEY_FILE_BYTES: Final = 64 * 1024


def generate_rsa(bits: int) -> RSAPrivateKey:
    """Make a fresh RSA key.

    The GIL is released meanwhile: 33 ms of CPU at 2048 bits, 110 at 3072, 300 at 4096.

    Raises:
        KeyUnusable: the size is outside 1024..8192 or not a multiple of 8.
    """
    if not MIN_BITS <= bits <= MAX_BITS or bits % 8:
        message = f"RSA keys have {MIN_BITS} to {MAX_BITS} bits in steps of 8, not {bits}."
        raise KeyUnusable(message)
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def to_pkcs8_der(key: RSAPrivateKey) -> bytes:
    """Write the key for sealed storage; never put the result on disk as it is."""
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def from_pkcs8_der(der: bytes) -> RSAPrivateKey:
    """Read a key that :func:`to_pkcs8_der` wrote and we kept sealed.

    The primes are not tested again (30 ms at 2048 bits): our own key, protected by an
    authenticated seal, was good when it was written. Use :func:`from_pem` for anything that
    came from outside.

    Raises:
        KeyUnusable: these bytes are not an RSA key in PKCS#8.
    """
    try:
        key = serialization.load_der_private_key(
            der, password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("The stored private key cannot be read.") from error
    return _rsa(key)


def from_pem(pem: bytes, passphrase: str | None = None, *, validate: bool = True) -> RSAPrivateKey:
    """Read a private key file that someone gave us.

    Args:
        pem: the file.
        passphrase: what it is encrypted under; None when it is not.
        validate: test the primes, which takes 30 ms at 2048 bits. False only where a wrong key
            is noticed before it does harm.

    Raises:
        KeyUnusable: not a key, a wrong or missing passphrase, not RSA, or too small.
    """
    if len(pem) > MAX_KEY_FILE_BYTES:
        raise KeyUnusable("The file is too large to be a private key.")
    password = passphrase.encode() if passphrase else None
    try:
        key = serialization.load_pem_private_key(
            pem, password=password, unsafe_skip_rsa_key_validation=not validate
        )
    except TypeError as error:
        needs = "is encrypted: give its passphrase" if password is None else "has no passphrase"
        message = f"The private key {needs}."
        raise KeyUnusable(message) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        message = "The file is not a private key in PEM form, or the passphrase is wrong."
        raise KeyUnusable(message) from error
    return _rsa(key)


def to_pem(key: RSAPrivateKey) -> str:
    """Write the key as unencrypted PKCS#8 PEM, for a file only its owner may read."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def encrypted_pem(key: RSAPrivateKey, passphrase: str) -> str:
    """Write the key as PKCS#8 PEM encrypted under a passphrase (PBES2, AES-256).

    Raises:
        KeyUnusable: the passphrase is empty or longer than 1023 bytes.
    """
    secret = passphrase.encode()
    if not 1 <= len(secret) <= 1023:
        raise KeyUnusable("The passphrase must have 1 to 1023 bytes.")
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret),
    ).decode("ascii")


def public_der(key: RSAPrivateKey) -> bytes:
    """The SubjectPublicKeyInfo of the key's public half."""
    return spki_der(key.public_key())


def spki_der(public_key: PublicKeyTypes) -> bytes:
    """The SubjectPublicKeyInfo of a public key of any kind."""
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def describe(public_key: object) -> tuple[str, int]:
    """Name the kind of a public key and its size: ``("RSA", 2048)``, ``("EC", 256)``."""
    name = type(public_key).__name__.removesuffix("PublicKey")
    kind = {"EllipticCurve": "EC"}.get(name, name)
    return kind, getattr(public_key, "key_size", 256)


def _rsa(key: object) -> RSAPrivateKey:
    if not isinstance(key, RSAPrivateKey):
        raise KeyUnusable("The private key is not an RSA key; SCEP needs RSA.")
    if key.key_size < MIN_BITS:
        message = f"The RSA key has {key.key_size} bits; at least {MIN_BITS} are needed."
        raise KeyUnusable(message)
    return key
