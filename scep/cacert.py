"""The CA's certificates: the GetCACert reply, which one does what, and whether to trust them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a certificate of the bundle is there for."""

    CA = "ca"
    RA = "ra"
    CHAIN = "chain"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class CaCertificateFacts:
    """What people want to read about a CA or RA certificate; names as ``CN=a, O=b``."""

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


@dataclass(frozen=True, slots=True)
class CaCertificate:
    """One certificate of the bundle."""

    der: bytes = field(repr=False)
    role: Role
    facts: CaCertificateFacts


@dataclass(frozen=True, slots=True)
class CaBundle:
    """The certificates of a GetCACert reply, sorted out.

    Attributes:
        certificates: all of them: issuing CA first, then RA, then chain, then root.
        pinned_sha256: SHA-256 of the certificate that the fingerprint named; empty when none
            was given.
    """

    certificates: tuple[CaCertificate, ...]
    pinned_sha256: str = ""

    @property
    def ca(self) -> CaCertificate:
        """The CA that issues."""
        raise NotImplementedError

    @property
    def recipient(self) -> CaCertificate:
        """The one certificate that requests are encrypted to."""
        raise NotImplementedError

    @property
    def signers(self) -> tuple[CaCertificate, ...]:
        """The certificates that replies may be signed with."""
        raise NotImplementedError

    @property
    def issuers(self) -> tuple[CaCertificate, ...]:
        """The CA certificates that issued certificates may be signed with, issuing CA first."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Write it down."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, text: str) -> "CaBundle":
        """Read what :meth:`to_json` wrote."""
        raise NotImplementedError


def read_bundle(body: bytes, content_type: str = "") -> CaBundle:
    """Read a GetCACert body, whatever its content type says.

    Raises:
        MalformedReply: it holds no certificate.
    """
    raise NotImplementedError


def check_fingerprint(bundle: CaBundle, text: str) -> CaBundle:
    """Compare the CA certificate with a fingerprint, and pin the bundle to it.

    Args:
        bundle: as received.
        text: MD5, SHA-1 or SHA-256 in hexadecimal, in any case, with any separators.

    Raises:
        UnusableRequest: the text is not a fingerprint.
        NotTrusted: no CA certificate of the bundle has it.
    """
    raise NotImplementedError


def check_chain(bundle: CaBundle) -> None:
    """Verify that everything that is used chains to the pinned or only CA certificate.

    Raises:
        NotTrusted: it does not.
    """
    raise NotImplementedError


def check_validity(bundle: CaBundle, now: datetime) -> None:
    """Verify that every certificate in use is valid now.

    Raises:
        NotTrusted: one is expired or not yet valid.
    """
    raise NotImplementedError
