"""The TLS certificate of a web server: made at the first start, kept in the data folder.

It is self-signed, unless a CA is given to sign it.

Whoever has a certificate of their own puts it, with its key, in place of the two files; it is
used as it is, also when it has expired, and never overwritten.
"""

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pki import keys
from pki.errors import KeyUnusable
from webui import private_file

CERTIFICATE_FILE: Final = "web-certificate.pem"
KEY_FILE: Final = "web-key.pem"

COMMON_NAME: Final = "scepadmin web UI"
"""Subject of the certificates made here; by it they are told from people's own."""

LIFETIME: Final = timedelta(days=825)
"""Apple's limit for TLS server certificates of private CAs."""

RENEW_BEFORE: Final = timedelta(days=30)

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognized, not listened on


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """Where the two PEM files are."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Issuer:
    """A CA of our own."""

    certificate: x509.Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey = field(repr=False)


def ensure(
    folder: Path, host: str, *, now: datetime | None = None, issuer: Issuer | None = None
) -> ServerCertificate:
    """Return the server certificate, made or renewed when it has to be.

    Args:
        folder: where the files live.
        host: what people will call the server; stands in the certificate beside the loopback
            names.
        now: the time; the clock's when not given, because this runs while a process starts.
        issuer: signs the certificate; a certificate made here for another one is made anew.
    """
    files = ServerCertificate(folder / CERTIFICATE_FILE, folder / KEY_FILE)
    now = now or datetime.now(tz=UTC)
    names = _names(host)
    if not _is_usable(files, names, now, issuer):
        key = keys.generate_rsa(2048)
        # The key first: a certificate without its key is noticed at the next start, and made anew.
        private_file.write(files.key, keys.to_pem(key).encode("ascii"))
        private_file.write(files.certificate, _make(key, names, now, issuer))
    return files


def _names(host: str) -> list[x509.GeneralName]:
    texts = [*_LOOPBACK] if host in {*_LOOPBACK, *_WILDCARDS} else [*_LOOPBACK, host]
    return [_general_name(text) for text in texts]


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _is_usable(
    files: ServerCertificate, names: list[x509.GeneralName], now: datetime, issuer: Issuer | None
) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key_pem = files.key.read_bytes()
    except FileNotFoundError:
        return False
    except ValueError:
        return True  # not written here: whoever put it there will hear it from the TLS library
    own = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not own or own[0].value != COMMON_NAME:
        return True
    try:
        key = keys.from_pem(key_pem)
    except KeyUnusable:
        return False
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return (
        certificate.public_key() == key.public_key()
        and set(names) <= set(extension.value)
        and _is_issued_by(issuer.certificate if issuer else certificate, certificate)
        and now < certificate.not_valid_after_utc - RENEW_BEFORE
    )


def _is_issued_by(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, InvalidSignature):
        return False
    return True


def _make(
    key: RSAPrivateKey, names: list[x509.GeneralName], now: datetime, issuer: Issuer | None
) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME - timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signer = issuer.key if issuer else key
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(authority, critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM)
