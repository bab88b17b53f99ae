"""Private keys in files: PKCS#8, PKCS#1 and SEC 1, plain or encrypted."""

from collections.abc import Callable
from functools import partial
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from pki import asn1
from pki.errors import (
    UNREADABLE,
    FileTooLarge,
    FileUnusable,
    KeyUnusable,
    PassphraseMissing,
    PassphraseWrong,
)
from pki.formats.pem import Block
from pki.keys import MAX_KEY_FILE_BYTES, MAX_PASSPHRASE_WORK
from pki.private_keys import PrivateKey, usable

LABELS: Final = frozenset(
    {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}
)

_UNREADABLE: Final = (*UNREADABLE, InternalError)
"""``cryptography`` calls parameters of scrypt that OpenSSL refuses an internal error."""


def from_block(block: Block, passphrase: str) -> PrivateKey:
    """Read the key in a PEM block; raises what :func:`plain` and :func:`encrypted` raise."""
    if block.has_headers:
        secret = _required(passphrase)
        return _opened(partial(serialization.load_pem_private_key, block.text, secret))
    if block.label == "ENCRYPTED PRIVATE KEY":
        return encrypted(block.der, passphrase)
    return plain(block.der)


def plain(der: bytes) -> PrivateKey:
    """Read a key that is not encrypted, DER.

    Raises:
        FileTooLarge: no key is so large.
        KeyUnusable: it is not a key, or not one this product works with.
    """
    _check_size(der)
    try:
        return _loaded(partial(serialization.load_der_private_key, der, None))
    except _UNREADABLE as error:
        raise KeyUnusable("The private key cannot be read.") from error


def encrypted(der: bytes, passphrase: str) -> PrivateKey:
    """Read an EncryptedPrivateKeyInfo (PKCS#8), DER.

    Raises:
        FileTooLarge: no key is so large, or trying the passphrase takes too long.
        FileUnusable: it is something else.
        KeyUnusable: the key is not one this product works with.
        PassphraseMissing: there is none.
        PassphraseWrong: it does not open the key.
    """
    _check_size(der)
    try:
        check_work(asn1.passphrase_work(der))
    except (ValueError, IndexError) as error:
        raise FileUnusable("The encrypted private key cannot be read.") from error
    return _opened(partial(serialization.load_der_private_key, der, _required(passphrase)))


def check_work(iterations: int) -> None:
    """Refuse a file whose passphrase takes too long to try.

    Raises:
        FileTooLarge: it takes more than :data:`pki.keys.MAX_PASSPHRASE_WORK` iterations.
    """
    if iterations > MAX_PASSPHRASE_WORK:
        raise FileTooLarge(
            "The file is encrypted so that trying its passphrase takes too long: at most "
            f"{MAX_PASSPHRASE_WORK:,} iterations are accepted."
        )


def _opened(load: Callable[..., PrivateKeyTypes]) -> PrivateKey:
    try:
        return _loaded(load)
    except UnsupportedAlgorithm as error:
        raise KeyUnusable("The private key is of a kind that is not supported.") from error
    except _UNREADABLE as error:
        raise PassphraseWrong("The passphrase of the private key is wrong.") from error


def _loaded(load: Callable[..., PrivateKeyTypes]) -> PrivateKey:
    # Testing primes takes 4 s for the longest key, so it comes after the look at the size.
    usable(load(unsafe_skip_rsa_key_validation=True))
    return usable(load())


def _check_size(der: bytes) -> None:
    if len(der) > MAX_KEY_FILE_BYTES:
        raise FileTooLarge(f"{len(der):,} bytes are too many for a private key.")


def _required(passphrase: str) -> bytes:
    if not passphrase:
        raise PassphraseMissing("The private key is encrypted: give its passphrase.")
    return passphrase.encode()
