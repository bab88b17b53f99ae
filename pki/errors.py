"""What can be wrong with names, keys, requests and certificates.

Texts are for people and never carry a secret. Nothing here is a flag: what cannot be used raises.
"""

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

UNREADABLE: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Everything ``cryptography`` and ``asn1crypto`` raise over bytes that somebody else made."""


class PkiError(Exception):
    """Something of X.509 that cannot be used; ``str(error)`` says why."""


class NameSyntax(PkiError):
    """The text is not a distinguished name that a certificate can carry."""


class KeyUnusable(PkiError):
    """The private key cannot be read, or is not one this product works with."""


class CsrInvalid(PkiError):
    """The PKCS#10 request cannot be built, read, or its signature is wrong."""


class CertificateUnreadable(PkiError):
    """The bytes are not a certificate that can be shown."""


class CrlUnusable(PkiError):
    """The bytes are not a CRL that can be used."""


class OcspUnusable(PkiError):
    """The bytes are no OCSP answer about the certificate that can be used."""


class SignatureWrong(PkiError):
    """A signature does not verify, or its algorithm is not accepted."""


class NotIssued(PkiError):
    """The certificate was not issued by the certificate it is checked against."""


class FileUnusable(PkiError):
    """A file that someone gave us cannot be used; the classes below name the fault."""


class FileTooLarge(FileUnusable):
    """The file is larger than anything of its kind."""


class FileTruncated(FileUnusable):
    """The end of the file is missing."""


class AnotherKind(FileUnusable):
    """The file holds something else than certificates and keys."""


class PassphraseMissing(FileUnusable):
    """The file is encrypted, and no passphrase was given."""


class PassphraseWrong(FileUnusable):
    """The passphrase does not open the file."""


class KeyMismatch(PkiError):
    """The private key does not belong to the certificate."""
