"""Certificates and requests for tests of the protocol, made by ``cryptography``, not by us."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AttributeOID, NameOID

from pki import der
from scep.cms import ber
from scep.cms.signatures import RSA_OIDS
from scep.messages import Identity
from scep.vocabulary import Digest

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

_COMPROMISED = x509.CRLReason(x509.ReasonFlags.key_compromise)

Key = RSAPrivateKey | EllipticCurvePrivateKey


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def key_usage(names: Iterable[str]) -> x509.KeyUsage:
    wanted = set(names)
    return x509.KeyUsage(
        digital_signature="digitalSignature" in wanted,
        content_commitment=False,
        key_encipherment="keyEncipherment" in wanted,
        data_encipherment="dataEncipherment" in wanted,
        key_agreement=False,
        key_cert_sign="keyCertSign" in wanted,
        crl_sign="cRLSign" in wanted,
        encipher_only=False,
        decipher_only=False,
    )


def certificate(
    common_name: str,
    key: Key,
    *,
    issuer: tuple[str, Key] | None = None,
    ca: bool | None = None,
    usage: Iterable[str] | None = None,
    purposes: Iterable[x509.ObjectIdentifier] | None = None,
    days: tuple[int, int] = (-30, 3650),
) -> bytes:
    """Make a certificate; self-signed unless an issuer's name and key are given."""
    issuer_name, issuer_key = issuer or (common_name, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(name(issuer_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    if usage is not None:
        builder = builder.add_extension(key_usage(usage), critical=True)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.DER)


def authority(key: Key, common_name: str = "Test CA", **kwargs: object) -> bytes:
    """Make a self-signed CA certificate."""
    usage = ("digitalSignature", "keyEncipherment", "keyCertSign", "cRLSign")
    return certificate(common_name, key, ca=True, **{"usage": usage, **kwargs})  # type: ignore[arg-type]


def csr(
    key: Key,
    *,
    common_name: str = "host.example",
    challenge: str = "",
    dns: str = "",
    usage: Iterable[str] | None = None,
    purposes: Iterable[x509.ObjectIdentifier] = (),
) -> bytes:
    """Make a PKCS#10 request."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(common_name))
    if challenge:
        builder = builder.add_attribute(AttributeOID.CHALLENGE_PASSWORD, challenge.encode())
    if dns:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False
        )
    if usage is not None:
        builder = builder.add_extension(key_usage(usage), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def identity(certificate_der: bytes, key: RSAPrivateKey) -> Identity:
    return Identity(certificate_der, key)


def ec_key() -> EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def crl(
    key: Key,
    *,
    issuer: str = "Test CA",
    serials: Iterable[int] = (),
    days: tuple[int, int] = (-1, 6),
    reason: x509.ExtensionType = _COMPROMISED,
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """Make a CRL, from and until so many days from now, with a reason in every entry."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name(issuer))
        .last_update(NOW + timedelta(days=days[0]))
        .next_update(NOW + timedelta(days=days[1]))
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        entry = entry.revocation_date(NOW - timedelta(days=2))
        entry = entry.add_extension(reason, critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def without_next_update(crl_der: bytes, key: RSAPrivateKey) -> bytes:
    """Take the date of the next CRL out, which RFC 5280 wants and old CAs leave out."""
    (_, body, contents), algorithm, _ = _parts(crl_der)
    fields = [whole for _, whole, _ in ber.elements(contents)]
    times = [one for one in fields if one[0] == 0x17]
    body = der.sequence(*(one for one in fields if one is not times[1]))
    signature = key.sign(body, padding.PKCS1v15(), hashes.SHA256())
    return der.sequence(body, algorithm[1], der.bit_string(signature))


def _parts(signed: bytes) -> list[tuple[int, bytes, bytes]]:
    [(_, _, contents)] = ber.elements(signed)
    return list(ber.elements(contents))


def with_sha_1(signed: bytes, key: RSAPrivateKey) -> bytes:
    """Sign a certificate or CRL again with SHA-1, as old CAs do and ``cryptography`` will not."""
    body = _parts(signed)[0][1]
    strong, weak = (der.algorithm(RSA_OIDS[one]) for one in (Digest.SHA_256, Digest.SHA_1))
    body = body.replace(strong, weak)
    signature = key.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - that is the point
    return der.sequence(body, weak, der.bit_string(signature))
