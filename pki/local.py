"""Certificates and requests made on the device itself, as the product emulated makes them.

Decoded from configurations of the real product: serial numbers of four octets that count up; a CA
has basic constraints (critical) and key usage keyCertSign and no key identifiers; any other
certificate has four key usages, three extended ones, a subject key identifier and an authority key
identifier with nothing in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import asn1, certinfo, csr, der, names
from pki.csr import Digest
from pki.errors import UNREADABLE, CertificateUnreadable, KeyMismatch
from pki.names import Dn
from pki.oids import SIGNATURES
from pki.private_keys import PrivateKey, require_pair
from pki.san import SanValue, to_general_name

_Builder = x509.CertificateBuilder
_HASHES: Final[Mapping[Digest, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA384: hashes.SHA384(),
    Digest.SHA512: hashes.SHA512(),
}
_PURPOSES: Final = (
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5"),  # ipsecEndSystem
)
_SHA1_WITH_RSA: Final = der.algorithm("1.2.840.113549.1.1.5")


@dataclass(frozen=True, slots=True)
class LocalSpec:
    """What a certificate shall say.

    Attributes:
        subject: its name.
        is_ca: whether it may issue certificates.
        san: subject alternative names; empty leaves the extension out.
    """

    subject: Dn
    is_ca: bool = False
    san: tuple[SanValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """What differs from one issue of a certificate to the next.

    Attributes:
        serial: its number, positive.
        begins: start of its validity; aware, UTC.
        days: how long it is valid.
        digest: what signs it.
    """

    serial: int
    begins: datetime
    days: int
    digest: Digest = Digest.SHA256


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: the CA's certificate and its key; without a certificate the key signs itself."""

    key: PrivateKey
    certificate_der: bytes = b""


def issue(spec: LocalSpec, public: PrivateKey, issuer: Issuer, term: Term) -> bytes:
    """Make a certificate; the result is DER.

    Args:
        spec: what it says.
        public: the key pair that it is for.
        issuer: who signs it.
        term: its serial number and validity.

    Raises:
        NameSyntax: the subject cannot be written.
        CsrInvalid: an alternative name cannot be written.
        CertificateUnreadable: the issuer's certificate cannot be read.
        KeyMismatch: the issuer's key does not belong to its certificate.
    """
    subject = names.to_x509(spec.subject)
    builder = _Builder(subject_name=subject, public_key=public.public_key())
    for value, critical in _extensions(spec, public):
        builder = builder.add_extension(value, critical=critical)
    return _sign(builder, subject, issuer, term)


def request(spec: LocalSpec, key: PrivateKey, digest: Digest) -> bytes:
    """Make a PKCS#10 request for another CA; the result is DER.

    Raises:
        NameSyntax: the subject cannot be written.
        CsrInvalid: an alternative name cannot be written.
        KeyError: the digest is SHA-1, which no request here is signed with.
    """
    builder = x509.CertificateSigningRequestBuilder(names.to_x509(spec.subject))
    for value, critical in _wanted(spec):
        builder = builder.add_extension(value, critical=critical)
    signed = builder.sign(key, _HASHES[digest])
    return signed.public_bytes(serialization.Encoding.DER)


def reissue(certificate_der: bytes, issuer: Issuer, term: Term) -> bytes:
    """Make the same certificate anew: its key and attributes, another serial number and validity.

    Args:
        certificate_der: the certificate to renew.
        issuer: who signs it; without a certificate it signs itself.
        term: its serial number, validity and digest, see :func:`digest_of`.

    Raises:
        CertificateUnreadable: one of the certificates cannot be read.
        KeyMismatch: the issuer's key does not belong to its certificate.
    """
    old = certinfo.load(certificate_der)
    try:
        builder = _Builder(subject_name=old.subject, public_key=old.public_key())
        for extension in old.extensions:
            builder = builder.add_extension(extension.value, critical=extension.critical)
        return _sign(builder, old.subject, issuer, term)
    except UNREADABLE as error:
        raise CertificateUnreadable("The certificate has parts that cannot be read.") from error


def digest_of(certificate_der: bytes) -> Digest:
    """Return what signed a certificate; SHA-256 when that is nothing we sign with.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    oid = certinfo.load(certificate_der).signature_algorithm_oid.dotted_string
    name = SIGNATURES.get(oid, ("", ""))[0].replace("-", "").lower()
    return Digest(name) if name in set(Digest) else Digest.SHA256


def require_answer(certificate_der: bytes, csr_der: bytes) -> None:
    """Make sure that a certificate answers a request: it is for the request's key.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
        CsrInvalid: these bytes are not a request.
        KeyMismatch: it is for another key.
    """
    facts = certinfo.read(certificate_der)
    if facts.public_key_der != csr.read(csr_der).public_key_der:
        raise KeyMismatch(f"The certificate {facts.subject} is not for the key of the request.")


def _extensions(spec: LocalSpec, key: PrivateKey) -> list[tuple[x509.ExtensionType, bool]]:
    found = _wanted(spec)
    if not spec.is_ca:
        found += [
            (x509.AuthorityKeyIdentifier(None, None, None), False),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        ]
    return found


def _wanted(spec: LocalSpec) -> list[tuple[x509.ExtensionType, bool]]:
    """What a request asks for as well: usages and alternative names."""
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=spec.is_ca, path_length=None), spec.is_ca),
        (_usage(is_ca=spec.is_ca), False),
    ]
    if not spec.is_ca:
        found.append((x509.ExtendedKeyUsage(_PURPOSES), False))
    if spec.san:
        san = x509.SubjectAlternativeName([to_general_name(value) for value in spec.san])
        found.append((san, False))
    return found


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=not is_ca,
        data_encipherment=not is_ca,
        key_agreement=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _sign(builder: _Builder, subject: x509.Name, issuer: Issuer, term: Term) -> bytes:
    name = subject
    if issuer.certificate_der:
        require_pair(issuer.key, issuer.certificate_der)
        name = certinfo.load(issuer.certificate_der).subject
    begins = term.begins.replace(microsecond=0)
    ready = (
        builder.issuer_name(name)
        .serial_number(term.serial)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=term.days))
    )
    signed = ready.sign(issuer.key, _HASHES.get(term.digest, hashes.SHA256()))
    if term.digest is Digest.SHA1 and isinstance(issuer.key, RSAPrivateKey):
        return _with_sha1(signed, issuer.key)
    return signed.public_bytes(serialization.Encoding.DER)


def _with_sha1(signed: x509.Certificate, key: RSAPrivateKey) -> bytes:
    """Sign again: ``cryptography`` makes no certificates with SHA-1, and old devices ask for it."""
    # Version, serial number, signature algorithm: a certificate of ours always has all three.
    members = asn1.children(signed.tbs_certificate_bytes)
    tbs = der.sequence(*members[:2], _SHA1_WITH_RSA, *members[3:])
    signature = key.sign(tbs, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - see above
    return der.sequence(tbs, _SHA1_WITH_RSA, der.bit_string(signature))
