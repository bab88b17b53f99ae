"""Content encryption: CBC with PKCS#7 padding, by AES and, where it must be, triple DES."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.padding import PKCS7

from scep.cms.errors import Undecipherable, Unsupported
from scep.vocabulary import Cipher

OIDS: Final = {
    Cipher.AES_128: "2.16.840.1.101.3.4.1.2",
    Cipher.AES_192: "2.16.840.1.101.3.4.1.22",
    Cipher.AES_256: "2.16.840.1.101.3.4.1.42",
    Cipher.DES3: "1.2.840.113549.3.7",
    Cipher.DES: "1.3.14.3.2.7",
}

KEY_BYTES: Final = {
    Cipher.AES_128: 16,
    Cipher.AES_192: 24,
    Cipher.AES_256: 32,
    Cipher.DES3: 24,
    Cipher.DES: 8,
}

_BY_OID: Final = {oid: cipher for cipher, oid in OIDS.items()}

_UNSUPPORTED: Final = {
    "1.2.840.113549.3.2": "RC2-CBC",
    "1.2.840.113549.3.4": "RC4",
    "2.16.840.1.101.3.4.1.6": "AES-128-GCM",
    "2.16.840.1.101.3.4.1.26": "AES-192-GCM",
    "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
    "2.16.840.1.101.3.4.1.7": "AES-128-CCM",
    "2.16.840.1.101.3.4.1.27": "AES-192-CCM",
    "2.16.840.1.101.3.4.1.47": "AES-256-CCM",
    "1.2.392.200011.61.1.1.1.2": "Camellia-128-CBC",
    "1.2.392.200011.61.1.1.1.4": "Camellia-256-CBC",
}


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Ciphertext with the key and initialization vector made for it."""

    content_key: bytes = field(repr=False)
    iv: bytes
    ciphertext: bytes = field(repr=False)


def find(oid: str) -> Cipher:
    """Give the cipher of an OID.

    Raises:
        Unsupported: one that we do not have.
    """
    if oid not in _BY_OID:
        raise Unsupported(
            f"The content is encrypted with {_UNSUPPORTED.get(oid, oid)}, which is not supported.",
            hint="Configure AES-128-CBC or AES-256-CBC on the server.",
        )
    return _BY_OID[oid]


def block_bytes(cipher: Cipher) -> int:
    """Length of a block and of the initialization vector."""
    return 8 if cipher in {Cipher.DES3, Cipher.DES} else 16


def encrypt(cipher: Cipher, content: bytes) -> Encrypted:
    """Encrypt with a new key. Single DES is never sent (RFC 8894 section 2.9)."""
    if cipher is Cipher.DES:
        raise ValueError("single DES is never sent")
    content_key = secrets.token_bytes(KEY_BYTES[cipher])
    iv = secrets.token_bytes(block_bytes(cipher))
    padder = PKCS7(8 * len(iv)).padder()
    padded = padder.update(content) + padder.finalize()
    encryptor = cbc(cipher, content_key, iv).encryptor()
    return Encrypted(content_key, iv, encryptor.update(padded) + encryptor.finalize())


def decrypt(cipher: Cipher, encrypted: Encrypted) -> bytes:
    """Decrypt; lengths have been checked.

    Raises:
        Undecipherable: wrong padding, which is what a wrong key gives.
    """
    decryptor = cbc(cipher, encrypted.content_key, encrypted.iv).decryptor()
    padded = decryptor.update(encrypted.ciphertext) + decryptor.finalize()
    unpadder = PKCS7(8 * len(encrypted.iv)).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise Undecipherable("The envelope cannot be opened with our key.") from error


def cbc(cipher: Cipher, key: bytes, iv: bytes) -> BlockCipher[modes.CBC]:
    """Set up the cipher itself, without padding; lengths have been checked."""
    return BlockCipher(_algorithm(cipher, key), modes.CBC(iv))


def _algorithm(cipher: Cipher, key: bytes) -> BlockCipherAlgorithm:
    if cipher is Cipher.DES:
        # Three times the same key makes triple DES single; its own 8-byte form is deprecated.
        return TripleDES(key * 3)
    if cipher is Cipher.DES3:
        return TripleDES(key)
    return algorithms.AES(key)
