"""The certificates of the CA itself: what issues, what stands above it, and its RAs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from democa.certificate import ENCRYPTION, SIGNATURE, CaKey, begin, issuer_of, key_usage, signed
from pki import keys
from scep.messages import EcIdentity, Identity, Signer

ROOT_NAME: Final = "scepadmin Demo Root CA"
ISSUING_NAME: Final = "scepadmin Demo Issuing CA"
"""Subjects of the first CA; those of its successors have their number behind it."""

RA_NAME: Final = "scepadmin-demo-MSCEP-RA"
"""Subject of both RA certificates; on NDES, too, they share one."""

CERTIFICATE_REQUEST_AGENT: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.1")
"""Extended key usage of the RA certificates of NDES."""

LIFETIME: Final = timedelta(days=3650)
BACKDATE: Final = timedelta(hours=24)
"""How far the CA's own notBefore lies in the past, for clients whose clock is behind."""


class Design(StrEnum):
    """How a CA is laid out: one tier or two, and which keys it has.

    With RSA keys it has two RAs, as NDES does. With EC keys it has none: nothing can be encrypted
    to its key, so that clients have to encrypt with their challenge password (RFC 8894 section
    3.1), which an RA would make needless.
    """

    RSA = "rsa"
    RSA_TWO_TIER = "rsa-two-tier"
    EC = "ec"
    EC_TWO_TIER = "ec-two-tier"

    @classmethod
    def of(cls, *, two_tier: bool, has_ras: bool) -> "Design":
        """Tell the design from the certificates that are there."""
        if has_ras:
            return cls.RSA_TWO_TIER if two_tier else cls.RSA
        return cls.EC_TWO_TIER if two_tier else cls.EC

    @property
    def is_ec(self) -> bool:
        """Whether its keys are on the curve P-256, instead of RSA 2048."""
        return self in {Design.EC, Design.EC_TWO_TIER}

    @property
    def is_two_tier(self) -> bool:
        """Whether an issuing CA stands below a root, instead of a root that issues."""
        return self in {Design.RSA_TWO_TIER, Design.EC_TWO_TIER}

    @property
    def label(self) -> str:
        """The design as people read it."""
        tiers = "an issuing CA below a root" if self.is_two_tier else "a root that issues"
        return f"EC P-256, {tiers}, no RA" if self.is_ec else f"RSA 2048, {tiers}, two RAs"


@dataclass(frozen=True, slots=True)
class RegistrationAuthorities:
    """The two certificates, with their keys, that speak SCEP for a CA, as NDES has them.

    Attributes:
        signature: signs the replies.
        encryption: requests are encrypted to it.
    """

    signature: Identity
    encryption: Identity


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA's certificates with their keys.

    Attributes:
        root: self-signed.
        issuing: issues, and nothing else; the root itself where there is one tier.
        ras: None for a CA with EC keys.
    """

    root: Signer
    issuing: Signer
    ras: RegistrationAuthorities | None

    @property
    def design(self) -> Design:
        """How it is laid out."""
        two_tier = self.issuing.certificate_der != self.root.certificate_der
        return Design.of(two_tier=two_tier, has_ras=self.ras is not None)

    @property
    def reply_signer(self) -> Signer:
        """What signs the replies."""
        return self.ras.signature if self.ras else self.issuing

    @property
    def recipients(self) -> tuple[Identity, ...]:
        """What requests can be encrypted to; nothing where passwords have to encrypt them."""
        return (self.ras.encryption,) if self.ras else ()

    def certificates(self, *, with_root: bool) -> list[bytes]:
        """Give what GetCACert sends, DER: RAs first (scep.md S05).

        Args:
            with_root: whether a root that stands above the issuing CA goes along (D40).
        """
        ras = [self.ras.signature, self.ras.encryption] if self.ras else []
        above = [self.root] if self.design.is_two_tier and with_root else []
        return [one.certificate_der for one in (*ras, self.issuing, *above)]


def make_authority(
    at: datetime,
    design: Design = Design.RSA,
    *,
    generation: int = 1,
    before: Authority | None = None,
) -> Authority:
    """Make a CA with fresh keys.

    Args:
        at: the time.
        design: how it is laid out.
        generation: 1 for the first CA, one more for each that takes over from it.
        before: the CA that it will take over from. Two issuing CAs with the same kind of key
            stand below the same root, so that clients which pin the root need not be told.
    """
    if before is not None and design.is_two_tier and before.design is design:
        root = before.root
    else:
        root = _make_root(at, design, generation)
    issuing = _make_issuing(root, at, generation) if design.is_two_tier else root
    if not isinstance(issuing, Identity):
        return Authority(root, issuing, None)
    ras = RegistrationAuthorities(_make_ra(issuing, SIGNATURE), _make_ra(issuing, ENCRYPTION))
    return Authority(root, issuing, ras)


def identity(certificate_der: bytes, key: CaKey) -> Signer:
    """Join a certificate with its key."""
    if isinstance(key, RSAPrivateKey):
        return Identity(certificate_der, key)
    return EcIdentity(certificate_der, key)


def expired(ra: Identity, ca: Signer) -> bytes:
    """Make another certificate for an RA's key that ended within an hour of its beginning, DER."""
    certificate = x509.load_der_x509_certificate(ra.certificate_der)
    end = certificate.not_valid_before_utc + timedelta(hours=1)
    return signed(_again(certificate, end, certificate.extensions), ca.private_key)


def for_crls_only(ra: Identity, ca: Signer) -> bytes:
    """Make another certificate for an RA's key that may sign CRLs and nothing else, DER."""
    certificate = x509.load_der_x509_certificate(ra.certificate_der)
    kept = [one for one in certificate.extensions if not isinstance(one.value, x509.KeyUsage)]
    builder = _again(certificate, certificate.not_valid_after_utc, kept)
    builder = builder.add_extension(key_usage("cRLSign"), critical=True)
    return signed(builder, ca.private_key)


def _make_root(at: datetime, design: Design, generation: int) -> Signer:
    key = _fresh_key(ec_key=design.is_ec)
    name = _name(ROOT_NAME, generation)
    builder = (
        begin(name, name, key.public_key())
        .not_valid_before(at - BACKDATE)
        .not_valid_after(at + LIFETIME)
        .add_extension(
            x509.BasicConstraints(ca=True, path_length=int(design.is_two_tier)), critical=True
        )
        .add_extension(key_usage(SIGNATURE, "keyCertSign", "cRLSign"), critical=True)
    )
    return identity(signed(builder, key), key)


def _make_issuing(root: Signer, at: datetime, generation: int) -> Signer:
    above, authority_key_id = issuer_of(root.certificate_der)
    key = _fresh_key(ec_key=isinstance(root, EcIdentity))
    builder = (
        begin(_name(ISSUING_NAME, generation), above.subject, key.public_key())
        .not_valid_before(max(at - BACKDATE, above.not_valid_before_utc))
        .not_valid_after(min(at + LIFETIME, above.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(SIGNATURE, "keyCertSign", "cRLSign"), critical=True)
        .add_extension(authority_key_id, critical=False)
    )
    return identity(signed(builder, root.private_key), key)


def _make_ra(issuing: Signer, usage: str) -> Identity:
    ca, authority_key_id = issuer_of(issuing.certificate_der)
    key = keys.generate_rsa(2048)
    builder = (
        begin(_name(RA_NAME), ca.subject, key.public_key())
        .not_valid_before(ca.not_valid_before_utc)
        .not_valid_after(ca.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CERTIFICATE_REQUEST_AGENT]), critical=False)
        .add_extension(authority_key_id, critical=False)
    )
    return Identity(signed(builder, issuing.private_key), key)


def _fresh_key(*, ec_key: bool) -> CaKey:
    return ec.generate_private_key(ec.SECP256R1()) if ec_key else keys.generate_rsa(2048)


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


def _name(common_name: str, generation: int = 1) -> x509.Name:
    text = common_name if generation == 1 else f"{common_name} {generation}"
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
