"""Keys and certificates for tests, made with ``cryptography`` alone, never with our own code."""

import functools
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
    CertificatePublicKeyTypes,
)

from scep.messages import Identity

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@functools.cache
def rsa_key(name: str, bits: int = 2048) -> RSAPrivateKey:  # noqa: ARG001 - the cache's key
    """The same key for the same name throughout a test run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes = field(repr=False)

    @property
    def rsa(self) -> RSAPrivateKey:
        """The key, which is an RSA key."""
        assert isinstance(self.key, RSAPrivateKey)
        return self.key

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key as plain PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@dataclass(frozen=True)
class Wanted:
    """What a certificate shall say; the rest has usual values."""

    name: str | x509.Name = "Test CA"
    ca: bool = False
    path_length: int | None = None
    sans: Sequence[x509.GeneralName] = ()
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    key: CertificateIssuerPrivateKeyTypes | None = None
    digest: hashes.SHA256 | hashes.SHA384 | None = field(default_factory=hashes.SHA256)


def issue(
    wanted: Wanted,
    issuer: Issued | None = None,
    *,
    public_key: CertificatePublicKeyTypes | None = None,
) -> Issued:
    """Make a certificate, self-signed without an issuer, valid now by default.

    With a ``public_key`` it answers somebody else's request.
    """
    key = wanted.key or rsa_key(str(wanted.name))
    subject = _name(wanted.name)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(public_key or key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(
            wanted.not_before or min(now, wanted.not_after or now) - timedelta(days=1)
        )
        .not_valid_after(
            wanted.not_after or max(now, wanted.not_before or now) + timedelta(days=30)
        )
    )
    for value, critical in _extensions(wanted, key):
        builder = builder.add_extension(value, critical=critical)
    signing_key = issuer.key if issuer else key
    return Issued(builder.sign(signing_key, wanted.digest), key)


def identity(name: str) -> Identity:
    """Make a self-signed certificate with its RSA key, as the protocol wants a signer."""
    issued = issue(Wanted(name))
    return Identity(issued.der, issued.rsa)


def ca(name: str = "Test CA") -> Issued:
    """Make a self-signed CA."""
    return issue(Wanted(name, ca=True))


def server(
    issuer: Issued,
    *names: str,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Issued:
    """Make a TLS server certificate for names and addresses."""
    sans = [_san(name) for name in names]
    wanted = Wanted(names[0], sans=sans, not_before=not_before, not_after=not_after)
    return issue(wanted, issuer)


def _san(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(name: str | x509.Name) -> x509.Name:
    if isinstance(name, x509.Name):
        return name
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _extensions(
    wanted: Wanted, key: CertificateIssuerPrivateKeyTypes
) -> list[tuple[x509.ExtensionType, bool]]:
    basic = x509.BasicConstraints(ca=wanted.ca, path_length=wanted.path_length)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (basic, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    if wanted.sans:
        extensions.append((x509.SubjectAlternativeName(wanted.sans), False))
    return [*extensions, *wanted.extensions]
