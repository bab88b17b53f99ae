"""A file of any of the formats people use, read into certificates and keys."""

from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import pkcs7 as pkcs7_files
from cryptography.hazmat.primitives.serialization import pkcs12 as pkcs12_files

from pki import asn1, certinfo
from pki.errors import (
    UNREADABLE,
    AnotherKind,
    CertificateUnreadable,
    FileTooLarge,
    FileUnusable,
    PassphraseMissing,
    PassphraseWrong,
)
from pki.formats import key_files, kinds, pem
from pki.formats.kinds import Der
from pki.formats.pkcs12_work import pkcs12_work
from pki.private_keys import PrivateKey, usable

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
"""Largest file read; the largest public trust store has 220 kB."""

MAX_CERTIFICATES: Final = 512
"""Most certificates read from one file."""

_CERTIFICATES: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
_PKCS7: Final = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})
_SKIPPED: Final = "EC PARAMETERS"
_WORDS: Final = {
    "CERTIFICATE REQUEST": "a certificate request",
    "NEW CERTIFICATE REQUEST": "a certificate request",
    "X509 CRL": "a certificate revocation list",
    "OPENSSH PRIVATE KEY": "an OpenSSH private key",
    "PUBLIC KEY": "a public key",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        format: ``"PEM"``, ``"DER"``, ``"PKCS#7"`` or ``"PKCS#12"``.
        certificates: DER, in file order, none twice.
        keys: private keys, in file order.
    """

    format: str
    certificates: tuple[bytes, ...] = ()
    keys: tuple[PrivateKey, ...] = field(default=(), repr=False)


def read(data: bytes, passphrase: str = "") -> Contents:
    """Read a file.

    Args:
        data: the file.
        passphrase: opens what is encrypted in it; of no use for anything else.

    Raises:
        AnotherKind: it holds neither certificates nor keys; the text says what it is.
        FileTooLarge: it has more than :data:`MAX_FILE_BYTES` or :data:`MAX_CERTIFICATES`.
        FileTruncated: its end is missing.
        FileUnusable: it is damaged otherwise.
        PassphraseMissing: it is encrypted, and there is no passphrase.
        PassphraseWrong: the passphrase does not open it.
        KeyUnusable: a key in it is not one this product works with.
    """
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise FileTooLarge(f"The file is too large: at most {limit} MiB are read.")
    data = pem.as_ascii(data)
    if not data.strip():
        raise AnotherKind("The file is empty.")
    contents = _from_pem(data, passphrase) if pem.is_pem(data) else _from_der(data, passphrase)
    if len(contents.certificates) > MAX_CERTIFICATES:
        count = f"{len(contents.certificates):,} certificates; at most {MAX_CERTIFICATES:,}"
        raise FileTooLarge(f"The file has {count} are read.")
    return contents


def _from_pem(data: bytes, passphrase: str) -> Contents:
    certificates: list[bytes] = []
    keys: list[PrivateKey] = []
    others: list[str] = []
    for block in pem.blocks(data):
        if block.label in _CERTIFICATES:
            certificates.append(_certificate(asn1.first_value(block.der)))
        elif block.label in _PKCS7:
            certificates += _pkcs7(block.der)
        elif block.label in key_files.LABELS:
            keys.append(key_files.from_block(block, passphrase))
        elif block.label != _SKIPPED:
            others.append(block.label)
    if not certificates and not keys:
        label = others[0] if others else _SKIPPED
        what = _WORDS.get(label, f"a PEM block of the kind {label}")
        raise AnotherKind(f"The file is {what}, {kinds.NEITHER}.")
    return Contents("PEM", _unique(certificates), tuple(keys))


def _from_der(data: bytes, passphrase: str) -> Contents:
    der = kinds.whole_der(data)
    match kinds.der_kind(der):
        case Der.SIGNED:
            return Contents("DER", (_certificate(der),))
        case Der.PKCS7:
            return Contents("PKCS#7", _unique(_pkcs7(der)))
        case Der.PKCS12:
            return _pkcs12(der, passphrase)
        case Der.KEY:
            return Contents("DER", keys=(key_files.plain(der),))
        case _:
            return Contents("DER", keys=(key_files.encrypted(der, passphrase),))


def _certificate(der: bytes) -> bytes:
    try:
        certinfo.read(der)
    except CertificateUnreadable as error:
        raise AnotherKind(f"The file is {_signed_words(der)}.") from error
    return der


def _signed_words(der: bytes) -> str:
    for load, words in (
        (x509.load_der_x509_csr, "a certificate request, not a certificate"),
        (x509.load_der_x509_crl, "a certificate revocation list, not a certificate"),
    ):
        try:
            load(der)
        except UNREADABLE:
            continue
        return words
    return "damaged: a certificate in it cannot be read"


def _pkcs7(der: bytes) -> list[bytes]:
    try:
        found = pkcs7_files.load_der_pkcs7_certificates(der)
    except UNREADABLE as error:
        message = "The PKCS#7 file cannot be read, or holds no certificates."
        raise FileUnusable(message) from error
    return [_certificate(one.public_bytes(Encoding.DER)) for one in found]


def _pkcs12(der: bytes, passphrase: str) -> Contents:
    try:
        key_files.check_work(pkcs12_work(der))
    except (ValueError, IndexError) as error:
        raise FileUnusable("The PKCS#12 file cannot be read.") from error
    opened = _opened(der, passphrase)
    held = [opened.cert, *opened.additional_certs]
    certificates = [one.certificate.public_bytes(Encoding.DER) for one in held if one]
    keys = (usable(opened.key),) if opened.key else ()
    if not certificates and not keys:
        raise AnotherKind("The PKCS#12 file holds neither certificates nor keys.")
    return Contents("PKCS#12", _unique([_certificate(one) for one in certificates]), keys)


def _opened(der: bytes, passphrase: str) -> pkcs12_files.PKCS12KeyAndCertificates:
    # An empty passphrase is written in two ways.
    for secret in (passphrase.encode(),) if passphrase else (None, b""):
        try:
            return pkcs12_files.load_pkcs12(der, secret)
        except UNREADABLE:
            continue
    if not passphrase:
        raise PassphraseMissing("The PKCS#12 file is encrypted: give its passphrase.")
    raise PassphraseWrong("The passphrase of the PKCS#12 file is wrong.")


def _unique(certificates: list[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(certificates))
