"""What all certificates of this CA have, its own and its clients'. Pure."""

from functools import lru_cache
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

CaKey: TypeAlias = RSAPrivateKey | EllipticCurvePrivateKey

SIGNATURE: Final = "digitalSignature"
ENCRYPTION: Final = "keyEncipherment"


def begin(
    subject: x509.Name, issuer: x509.Name, public_key: CertificatePublicKeyTypes
) -> x509.CertificateBuilder:
    """Begin a certificate: names, key with its identifier, a serial number nobody can guess."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .add_extension(identifier, critical=False)
    )


def signed(builder: x509.CertificateBuilder, key: CaKey) -> bytes:
    """Sign a certificate; the result is DER."""
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def key_usage(*names: str) -> x509.KeyUsage:
    """Write the extension; names as RFC 5280 section 4.2.1.3 spells them."""
    return x509.KeyUsage(
        digital_signature=SIGNATURE in names,
        content_commitment=False,
        key_encipherment=ENCRYPTION in names,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign="keyCertSign" in names,
        crl_sign="cRLSign" in names,
        encipher_only=False,
        decipher_only=False,
    )


@lru_cache(maxsize=16)
def issuer_of(ca_der: bytes) -> tuple[x509.Certificate, x509.AuthorityKeyIdentifier]:
    """Load a CA certificate, once for all that it signs, and what names its key in each."""
    ca = x509.load_der_x509_certificate(ca_der)
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return ca, x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
