"""The certification authority itself: its key pairs, and signing a request under a policy. Pure.

What a request may decide is its public key, its subject and its subject alternative names. All
else comes from the policy: a request that asks to be a CA gets a device certificate (scep.md S25).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from democa import holder
from democa.holder import Holder
from pki import csr, keys
from pki.errors import CsrInvalid
from scep.messages import Identity
from scep.vocabulary import FailInfo

ROOT_NAME: Final = "scepadmin Demo Root CA"
"""Subject of the first root; its successors have their number behind it."""

RA_NAME: Final = "scepadmin-demo-MSCEP-RA"
"""Subject of both RA certificates; on NDES, too, they share one."""

CERTIFICATE_REQUEST_AGENT: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.1")
"""Extended key usage of the RA certificates of NDES."""

AUTHORITY_LIFETIME: Final = timedelta(days=3650)

SIGNATURE: Final = "digitalSignature"
ENCRYPTION: Final = "keyEncipherment"
_DEVICE_USAGES: Final = x509.ExtendedKeyUsage(
    [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
)


class Unacceptable(Exception):
    """The request cannot be granted under the policy.

    Attributes:
        fail_info: what the client is told.
        text: why, one sentence for the person who made the request.
    """

    def __init__(self, fail_info: FailInfo, text: str) -> None:
        super().__init__(text)
        self.fail_info = fail_info
        self.text = text


@dataclass(frozen=True, slots=True)
class Authority:
    """The three certificates of the CA with their keys, as NDES has them.

    Attributes:
        root: issues, and nothing else.
        ra_signature: signs the replies.
        ra_encryption: requests are encrypted to it.
    """

    root: Identity
    ra_signature: Identity
    ra_encryption: Identity


@dataclass(frozen=True, slots=True)
class Policy:
    """What certificates look like.

    Attributes:
        lifetime: from issuing to expiry, cut at the end of the root.
        backdate: how far notBefore lies in the past, for clients whose clock is behind.
        min_key_bits: smallest RSA key that is signed.
    """

    lifetime: timedelta = timedelta(days=365)
    backdate: timedelta = timedelta(hours=24)
    min_key_bits: int = 2048


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that the policy allows.

    Attributes:
        holder: for whom it asks.
        usages: key usages of the certificate: digitalSignature, keyEncipherment, or both. A
            request that asks for exactly one gets it, as NDES picks one of its three templates;
            all others get both.
    """

    request: x509.CertificateSigningRequest
    holder: Holder
    usages: tuple[str, ...]


LEGACY_POLICY: Final = Policy(min_key_bits=1024)
"""For old clients: the emulated dialog offers keys of 1024 bits."""


def make_authority(at: datetime, *, generation: int = 1) -> Authority:
    """Make the root and the two RA certificates, with fresh RSA-2048 keys.

    Args:
        at: the time.
        generation: 1 for the first CA, one more for each that takes over from it.
    """
    key = keys.generate_rsa(2048)
    name = _name(ROOT_NAME if generation == 1 else f"{ROOT_NAME} {generation}")
    builder = (
        _builder(name, name, key.public_key())
        .not_valid_before(at - Policy().backdate)
        .not_valid_after(at + AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(SIGNATURE, "keyCertSign", "cRLSign"), critical=True)
    )
    root = Identity(_signed(builder, key), key)
    return Authority(root, _make_ra(root, SIGNATURE), _make_ra(root, ENCRYPTION))


def accept(csr_der: bytes, policy: Policy) -> Accepted:
    """Read a request and check it against the policy.

    Args:
        csr_der: the request; its own signature is verified.
        policy: what certificates look like.

    Raises:
        Unacceptable: the request breaks the policy.
    """
    try:
        csr.verify(csr_der)
        facts = csr.read(csr_der)
        request = csr.load(csr_der)
    except CsrInvalid as error:
        raise Unacceptable(FailInfo.BAD_REQUEST, str(error)) from error
    if facts.algorithm != "RSA" or not policy.min_key_bits <= facts.key_bits <= keys.MAX_BITS:
        text = f"This CA certifies RSA keys of {policy.min_key_bits} to {keys.MAX_BITS} bits."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    if not list(request.subject) and _alternative_names(request) is None:
        text = "The request has neither a subject nor a subject alternative name."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    usages = tuple(usage for usage in (SIGNATURE, ENCRYPTION) if usage in facts.key_usage)
    return Accepted(request, holder.of_request(request), usages or (SIGNATURE, ENCRYPTION))


def sign(accepted: Accepted, *, root: Identity, policy: Policy, at: datetime) -> bytes:
    """Issue a certificate for a request; the result is DER.

    Args:
        accepted: the request.
        root: the CA certificate with its key.
        policy: what the certificate looks like.
        at: the time.
    """
    request = accepted.request
    ca, authority_key_id = _issuer(root.certificate_der)
    builder = (
        _builder(request.subject, ca.subject, request.public_key())
        .not_valid_before(max(at - policy.backdate, ca.not_valid_before_utc))
        .not_valid_after(min(at + policy.lifetime, ca.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(*accepted.usages), critical=True)
        .add_extension(_DEVICE_USAGES, critical=False)
        .add_extension(authority_key_id, critical=False)
    )
    names = _alternative_names(request)
    if names is not None:
        # RFC 5280 section 4.2.1.6: critical when there is no subject.
        builder = builder.add_extension(names, critical=not list(request.subject))
    return _signed(builder, root.private_key)


def _make_ra(root: Identity, usage: str) -> Identity:
    ca, authority_key_id = _issuer(root.certificate_der)
    key = keys.generate_rsa(2048)
    builder = (
        _builder(_name(RA_NAME), ca.subject, key.public_key())
        .not_valid_before(ca.not_valid_before_utc)
        .not_valid_after(ca.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CERTIFICATE_REQUEST_AGENT]), critical=False)
        .add_extension(authority_key_id, critical=False)
    )
    return Identity(_signed(builder, root.private_key), key)


def expired(ra: Identity, root: Identity) -> bytes:
    """Make another certificate for an RA's key that ended within an hour of its beginning, DER."""
    certificate = x509.load_der_x509_certificate(ra.certificate_der)
    end = certificate.not_valid_before_utc + timedelta(hours=1)
    return _signed(_again(certificate, end, certificate.extensions), root.private_key)


def for_crls_only(ra: Identity, root: Identity) -> bytes:
    """Make another certificate for an RA's key that may sign CRLs and nothing else, DER."""
    certificate = x509.load_der_x509_certificate(ra.certificate_der)
    kept = [one for one in certificate.extensions if not isinstance(one.value, x509.KeyUsage)]
    builder = _again(certificate, certificate.not_valid_after_utc, kept)
    builder = builder.add_extension(_key_usage("cRLSign"), critical=True)
    return _signed(builder, root.private_key)


def _again(
    certificate: x509.Certificate,
    not_after: datetime,
    extensions: Iterable[x509.Extension[x509.ExtensionType]],
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(certificate.subject)
        .issuer_name(certificate.issuer)
        .public_key(certificate.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(not_after)
    )
    for one in extensions:
        builder = builder.add_extension(one.value, critical=one.critical)
    return builder


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: CertificatePublicKeyTypes
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .add_extension(identifier, critical=False)
    )


def _signed(builder: x509.CertificateBuilder, key: RSAPrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _key_usage(*names: str) -> x509.KeyUsage:
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
def _issuer(root_der: bytes) -> tuple[x509.Certificate, x509.AuthorityKeyIdentifier]:
    """Load a root, once for all that it signs, and what names its key in each certificate."""
    ca = x509.load_der_x509_certificate(root_der)
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return ca, x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _alternative_names(
    request: x509.CertificateSigningRequest,
) -> x509.SubjectAlternativeName | None:
    for extension in request.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            return extension.value
    return None
