"""Private keys: made, written, read. RSA only, as in the SCEP profile of the product emulated."""

from collections.abc import Callable
from functools import partial
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

from pki import asn1, bundle
from pki.errors import CertificateUnreadable, KeyUnusable

MIN_BITS: Final = 1024
"""The weakest size the emulated dialog offers; FIPS-CC mode asks for 2048."""

MAX_BITS: Final = 8192
"""Beyond this one key takes minutes."""

MAX_KEY_FILE_BYTES: Final = 64 * 1024

MAX_PASSPHRASE_WORK: Final = 2_000_000
"""Most iterations to make a key of a passphrase; OpenSSL writes 2,048, careful programs 600,000."""

_ENCRYPTED: Final = "ENCRYPTED PRIVATE KEY"


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
        KeyUnusable: not a key, a wrong or missing passphrase, not RSA, shorter than MIN_BITS or
            longer than MAX_BITS, or its passphrase takes more than MAX_PASSPHRASE_WORK.
    """
    if len(pem) > MAX_KEY_FILE_BYTES:
        raise KeyUnusable("The file is too large to be a private key.")
    password = passphrase.encode() if passphrase else None
    try:
        load = _loader(pem, password)
        key = _rsa(load(unsafe_skip_rsa_key_validation=True))
        # Testing primes takes 4 s at MAX_BITS, so it comes after the look at the size.
        return _rsa(load()) if validate else key
    except TypeError as error:
        needs = "is encrypted: give its passphrase" if password is None else "has no passphrase"
        message = f"The private key {needs}."
        raise KeyUnusable(message) from error
    except (ValueError, UnsupportedAlgorithm, InternalError) as error:
        # ``cryptography`` calls parameters of scrypt that OpenSSL refuses an internal error.
        message = "The file is not a private key in PEM form, or the passphrase is wrong."
        raise KeyUnusable(message) from error


def _loader(pem: bytes, password: bytes | None) -> Callable[..., PrivateKeyTypes]:
    """Give what loads the key, after a look at how much work its passphrase makes."""
    if password is None or _ENCRYPTED.encode() not in pem:
        return partial(serialization.load_pem_private_key, pem, password)
    # What is loaded is what was looked at, whatever else the file holds.
    try:
        der = bundle.from_pem(pem, _ENCRYPTED)[0]
        work = asn1.passphrase_work(der)
    except (CertificateUnreadable, ValueError) as error:
        raise KeyUnusable("The encrypted private key cannot be read.") from error
    if work > MAX_PASSPHRASE_WORK:
        raise KeyUnusable(
            "The private key is encrypted so that trying its passphrase takes too long: at most "
            f"{MAX_PASSPHRASE_WORK:,} iterations are accepted."
        )
    return partial(serialization.load_der_private_key, der, password)


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
    if not MIN_BITS <= key.key_size <= MAX_BITS:
        limit = f"at least {MIN_BITS} are needed"
        if key.key_size > MAX_BITS:
            limit = f"at most {MAX_BITS} are read"
        raise KeyUnusable(f"The RSA key has {key.key_size} bits; {limit}.")
    return key
