"""Files with certificates and keys in them, read and written.

What people upload is hostile until proven otherwise: size, number and the work that a passphrase
makes are limited, and every fault has an error of its own in :mod:`pki.errors`.
"""

from pki.formats.reading import MAX_FILE_BYTES, Contents, read
from pki.formats.writing import (
    Bag,
    Pkcs12Profile,
    certificates_pem,
    encrypted_key_pem,
    pkcs7,
    pkcs12,
)

__all__ = [
    "MAX_FILE_BYTES",
    "Bag",
    "Contents",
    "Pkcs12Profile",
    "certificates_pem",
    "encrypted_key_pem",
    "pkcs7",
    "pkcs12",
    "read",
]
