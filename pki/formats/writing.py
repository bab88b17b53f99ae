"""Certificates and keys as files for other programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization import pkcs7 as pkcs7_files
from cryptography.hazmat.primitives.serialization import pkcs12 as pkcs12_files
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES

from pki import bundle
from pki.certinfo import load
from pki.errors import KeyUnusable
from pki.private_keys import PrivateKey, require_pair

_ROUNDS: Final = 100_000
_LEGACY_ROUNDS: Final = 2_048


class Pkcs12Profile(StrEnum):
    """How a PKCS#12 file is encrypted."""

    STRONG = "strong"
    """AES-256 and SHA-256: OpenSSL 1.1 and later, Windows 2019 and later, Java 8u301 and later."""
    LEGACY = "legacy"
    """3DES and SHA-1, for older programs."""


@dataclass(frozen=True, slots=True)
class Bag:
    """What a PKCS#12 file gets.

    Attributes:
        name: friendly name of the certificate.
        certificate_der: the certificate.
        key: its private key; ``None`` leaves it out.
        chain: certificates above it, DER.
    """

    name: str
    certificate_der: bytes
    key: PrivateKey | None = field(repr=False)
    chain: tuple[bytes, ...] = ()


def certificates_pem(ders: Sequence[bytes]) -> bytes:
    """Write certificates as PEM, in the order given."""
    return bundle.chain_to_pem(*ders).encode("ascii")


def pkcs7(ders: Sequence[bytes]) -> bytes:
    """Write certificates as a PKCS#7 file, PEM, as ``openssl crl2pkcs7`` does.

    Raises:
        CertificateUnreadable: one of them is not a certificate.
    """
    return pkcs7_files.serialize_certificates([load(der) for der in ders], Encoding.PEM)


def encrypted_key_pem(key: PrivateKey, passphrase: str) -> bytes:
    """Write a key as PKCS#8 PEM encrypted under a passphrase (PBES2, AES-256).

    Raises:
        KeyUnusable: the passphrase is empty or longer than 1023 bytes.
    """
    secret = _secret(passphrase)
    encryption = serialization.BestAvailableEncryption(secret)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def pkcs12(bag: Bag, passphrase: str, profile: Pkcs12Profile = Pkcs12Profile.STRONG) -> bytes:
    """Write a PKCS#12 file.

    Raises:
        CertificateUnreadable: one of the certificates is not one.
        KeyMismatch: the key does not belong to the certificate.
        KeyUnusable: the passphrase is empty or longer than 1023 bytes.
    """
    if bag.key is not None:
        require_pair(bag.key, bag.certificate_der)
    builder = PrivateFormat.PKCS12.encryption_builder()
    if profile is Pkcs12Profile.LEGACY:
        builder = (
            builder.kdf_rounds(_LEGACY_ROUNDS)
            .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(hashes.SHA1())  # noqa: S303 - old programs know no other
        )
    else:
        builder = (
            builder.kdf_rounds(_ROUNDS)
            .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
        )
    return pkcs12_files.serialize_key_and_certificates(
        bag.name.encode(),
        bag.key,
        load(bag.certificate_der),
        [load(der) for der in bag.chain],
        builder.build(_secret(passphrase)),
    )


def _secret(passphrase: str) -> bytes:
    secret = passphrase.encode()
    if not 1 <= len(secret) <= 1023:
        raise KeyUnusable("The passphrase must have 1 to 1023 bytes.")
    return secret
