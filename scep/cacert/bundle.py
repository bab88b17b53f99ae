"""The certificates of a CA, sorted out: which one does what.

The order of the certificates in a reply means nothing (they stand in a SET, and NDES, EJBCA and
step-ca each sort in their own way), and NDES gives its two RA certificates one subject. So roles
come from basic constraints, key usage and signatures alone.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from scep import cms
from scep.cacert.chains import Chains

_DEVICE_PURPOSES: Final = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"})
"""TLS server and TLS client."""

_AGENT_PURPOSES: Final = frozenset(
    {
        "1.3.6.1.4.1.311.20.2.1",  # Certificate Request Agent, of the RA certificates of NDES
        "1.3.6.1.5.5.7.3.28",  # CMC registration authority
        "2.5.29.37.0",  # any
    }
)


class Role(StrEnum):
    """What a certificate of the bundle is there for."""

    CA = "ca"
    RA = "ra"
    CHAIN = "chain"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class CaCertificateFacts:
    """What people want to read about a CA or RA certificate; names as ``C=US, CN=a``."""

    subject: str
    issuer: str
    serial_hex: str
    not_before: datetime
    not_after: datetime
    key: str
    key_usage: tuple[str, ...]
    fingerprint_sha256: str
    fingerprint_sha1: str
    fingerprint_md5: str


@dataclass(frozen=True)
class CaCertificate:
    """One certificate of the bundle.

    Attributes:
        certificate: as read.
        role: what it is there for.
    """

    certificate: cms.Certificate = field(repr=False)
    role: Role

    @property
    def der(self) -> bytes:
        """The certificate as received."""
        return self.certificate.der

    @cached_property
    def facts(self) -> CaCertificateFacts:
        """What people want to read."""
        certificate = self.certificate
        return CaCertificateFacts(
            subject=certificate.subject,
            issuer=certificate.issuer,
            serial_hex=certificate.serial_hex,
            not_before=certificate.not_before,
            not_after=certificate.not_after,
            key=_key_words(certificate),
            key_usage=tuple(sorted(certificate.key_usage or ())),
            fingerprint_sha256=certificate.fingerprint("sha256"),
            fingerprint_sha1=certificate.fingerprint("sha1"),
            fingerprint_md5=certificate.fingerprint("md5"),
        )

    @property
    def is_for_devices(self) -> bool:
        """Whether extended key usage names TLS, and nothing that an RA would have."""
        purposes = frozenset(self.certificate.purposes)
        return bool(purposes & _DEVICE_PURPOSES) and not purposes & _AGENT_PURPOSES

    def has_usage(self, usage: str) -> bool:
        """Tell whether key usage allows something; without the extension it does."""
        return self.certificate.key_usage is None or usage in self.certificate.key_usage


@dataclass(frozen=True)
class CaBundle:
    """The certificates of a GetCACert reply, sorted out.

    Attributes:
        certificates: all of them: issuing CA first, then RA, then the CA's own chain.
        pinned_sha256: SHA-256 of the certificate that a fingerprint named; empty when none did.
    """

    certificates: tuple[CaCertificate, ...]
    pinned_sha256: str = ""

    @property
    def ca(self) -> CaCertificate:
        """The CA that issues."""
        return self.certificates[0]

    @cached_property
    def recipient(self) -> CaCertificate:
        """The one certificate that requests are encrypted to.

        The RA certificate that is for encryption only, else one that may encrypt, else the CA.
        """
        registration = self._with_role(Role.RA)
        for usage in ("keyEncipherment", "dataEncipherment"):
            fitting = [
                one for one in registration if one.certificate.key_usage and one.has_usage(usage)
            ]
            fitting.sort(key=lambda one: one.has_usage("digitalSignature"))
            if fitting:
                return fitting[0]
        unlimited = [one for one in registration if one.certificate.key_usage is None]
        return (*unlimited, self.ca)[0]

    @cached_property
    def signers(self) -> tuple[CaCertificate, ...]:
        """The certificates that replies may be signed with: RA for signing, and the CA."""
        registration = self._with_role(Role.RA)
        return (*(one for one in registration if one.has_usage("digitalSignature")), self.ca)

    @cached_property
    def issuers(self) -> tuple[CaCertificate, ...]:
        """The CA certificates that may have issued a certificate, issuing CA first."""
        return tuple(one for one in self.certificates if one.role is not Role.RA)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is odd about the certificates, and tolerated."""
        subject = self.recipient.facts.subject
        remarks = []
        if self.recipient.certificate.rsa_bits is None:
            remarks.append(
                f"The key of {subject} cannot encrypt: the challenge password encrypts requests."
            )
        elif not self.recipient.has_usage("keyEncipherment"):
            remarks.append(
                f"The key usage of {subject} lacks keyEncipherment; it is used all the same."
            )
        if self.signers == (self.ca,) and not self.ca.has_usage("digitalSignature"):
            remarks.append(
                f"The key usage of {self.ca.facts.subject} lacks digitalSignature, and no RA "
                "certificate may sign; replies that the CA has signed are taken all the same."
            )
        if self.recipient.role is Role.RA and self.recipient.is_for_devices:
            remarks.append(
                f"{subject} looks like the certificate of a device, not of an RA: with one of this "
                "CA anybody could stand between and read challenge passwords."
            )
        return tuple(remarks)

    def to_json(self) -> str:
        """Write it down."""
        certificates = [base64.b64encode(one.der).decode() for one in self.certificates]
        return json.dumps({"certificates": certificates, "pinned_sha256": self.pinned_sha256})

    @classmethod
    def from_json(cls, text: str) -> "CaBundle":
        """Read what :meth:`to_json` wrote."""
        values = json.loads(text)
        ders = [base64.b64decode(one) for one in values["certificates"]]
        return sort_out(ders, values["pinned_sha256"])

    def _with_role(self, role: Role) -> list[CaCertificate]:
        return [one for one in self.certificates if one.role is role]


def sort_out(ders: Sequence[bytes], pinned_sha256: str = "") -> CaBundle:
    """Give each certificate its role.

    Args:
        ders: the certificates in any order.
        pinned_sha256: SHA-256 of the CA certificate that is trusted; may be empty.

    Raises:
        Unreadable: one is no certificate, or there is no CA certificate among several.
    """
    certificates = [cms.read_certificate(der) for der in dict.fromkeys(ders)]
    for one in certificates:
        one.check_extensions()
    authorities = [one for one in certificates if _is_authority(one)]
    if len(certificates) == 1:
        authorities = certificates
    if not authorities:
        raise cms.Unreadable("There are RA certificates but no CA certificate.")
    chains = Chains(authorities)
    registration = [one for one in certificates if one not in authorities]
    issuing = max(authorities, key=lambda one: _rank(one, chains, registration, pinned_sha256))
    others = [one for one in authorities if one is not issuing]
    sorted_out = [
        CaCertificate(issuing, Role.CA),
        *(CaCertificate(one, Role.RA) for one in registration),
        *(CaCertificate(one, Role.ROOT if one.is_self_issued else Role.CHAIN) for one in others),
    ]
    return CaBundle(tuple(sorted_out), pinned_sha256)


def _rank(
    candidate: cms.Certificate,
    chains: Chains,
    registration: list[cms.Certificate],
    pinned_sha256: str,
) -> tuple[bool, bool, bool, datetime]:
    """Tell how much a CA looks like the one that issues: below the pin, above RA and no CA.

    Of the certificates of a CA that was renewed with the same key, the newest counts.
    """
    path = chains.path(candidate)
    pinned = any(one.fingerprint("sha256") == pinned_sha256 for one in path)
    issued_ra = any(candidate in chains.issuers(one) for one in registration)
    issued_ca = any(
        candidate in chains.issuers(one) for one in chains.authorities if one is not candidate
    )
    return pinned, issued_ra, not issued_ca, candidate.not_before


def _is_authority(certificate: cms.Certificate) -> bool:
    # A root of X.509 version 1 has no extensions to say so.
    return bool(certificate.is_ca) or (certificate.is_ca is None and certificate.is_self_issued)


def _key_words(certificate: cms.Certificate) -> str:
    try:
        key = certificate.public_key
    except cms.Unreadable:
        return "unknown"
    if certificate.rsa_bits is not None:
        return f"RSA {certificate.rsa_bits}"
    if isinstance(key, EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")
