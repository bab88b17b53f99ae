"""What a SCEP profile is: the frozen value that every package and every door uses."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.locations import Location
from pki.csr import Digest
from scep.capabilities import Minimum

__all__ = [
    "CERTIFICATES",
    "KEY_BITS",
    "KIND",
    "PURPOSE_OF_CHALLENGE",
    "PURPOSE_OF_OTP",
    "RENEWAL_DAYS",
    "RENEWAL_PERCENT",
    "Challenge",
    "Digest",
    "Minimum",
    "ProfileDraft",
    "Renewal",
    "SanType",
    "ScepProfileSpec",
    "Transport",
]

KIND: Final = "scep-profile"
"""The kind under which profiles stand in the configuration."""

CERTIFICATES: Final = "certificate"
"""The kind of object that a profile's two certificate fields refer to."""

PURPOSE_OF_CHALLENGE: Final = "challenge password"
PURPOSE_OF_OTP: Final = "challenge page password"
"""What the two secrets of a profile are for, as their sealed rows say."""


class Challenge(StrEnum):
    """How the server is told that a request is wanted; values are the XML element names."""

    NONE = "none"
    FIXED = "fixed"
    DYNAMIC = "dynamic"

    @property
    def label(self) -> str:
        """The word admins see."""
        return self.value.capitalize()


class SanType(StrEnum):
    """Kind of the one subject alternative name a profile may ask for."""

    NONE = "none"
    RFC822 = "rfc822"
    DNS = "dns"
    URI = "uri"

    @property
    def label(self) -> str:
        """The words admins see."""
        return {
            SanType.NONE: "None",
            SanType.RFC822: "RFC 822 Name",
            SanType.DNS: "DNS Name",
            SanType.URI: "Uniform Resource Identifier",
        }[self]


class Transport(StrEnum):
    """How PKIOperation travels; ours, not a field of the product emulated."""

    AUTO = "auto"
    """POST when the server offers it (RFC 8894 section 4.1)."""
    GET = "get"
    """Always GET, as the product emulated was seen to do."""


class Renewal(StrEnum):
    """When certificates are renewed by themselves; ours, not a field of the product emulated."""

    PERCENT = "percent"
    """When so much of their lifetime is over."""
    DAYS = "days"
    """So many days before they end."""
    OFF = "off"


RENEWAL_PERCENT: Final = 80
"""The default: it suits certificates of a day as well as those of ten years."""

RENEWAL_DAYS: Final = 30

KEY_BITS: Final = (1024, 2048, 3072)
"""RSA sizes offered; the product has no larger one and no elliptic curves here."""


@dataclass(frozen=True, slots=True)
class ScepProfileSpec:
    """One SCEP profile, fields in the order of the dialog.

    Secrets are not in it: ``challenge_password`` and ``otp_password`` are the UUIDs of sealed rows.

    Attributes:
        name: at most 31 characters, unique in its location.
        location: a virtual system or Shared; fixed once the profile is saved.
        challenge: None, Fixed or Dynamic.
        challenge_password: the sealed password of a Fixed challenge.
        otp_server_url: page that shows a new one-time password at each request (Dynamic).
        otp_username: account for that page (Dynamic).
        otp_password: the sealed password of that account (Dynamic).
        server_url: http or https URL of the SCEP server; may carry a query of its own.
        ca_ident: at most 255 characters, sent with GetCACert.
        subject: distinguished name (RFC 4514) with a CN; tokens may stand in its values.
        san_type: kind of subject alternative name, or none.
        san_value: its value; tokens may stand in it. Empty when the type is none.
        key_bits: RSA key size, one of :data:`KEY_BITS`.
        digest: hash of the request's signature.
        use_as_digital_signature: asks for key usage digitalSignature.
        use_for_key_encipherment: asks for key usage keyEncipherment.
        fingerprint: of the CA certificate: MD5, SHA-1 or SHA-256 by length, as typed. May be empty.
        scep_ca_certificate: name of the CA certificate the server's TLS certificate must chain to.
        scep_client_certificate: name of the certificate shown to the server for mutual TLS.
        transport: ours: how PKIOperation travels.
        minimum: ours: weakest algorithms accepted.
        renewal: ours: when certificates are renewed without being asked.
        renewal_percent: of their lifetime, when :attr:`Renewal.PERCENT`.
        renewal_days: before their end, when :attr:`Renewal.DAYS`.
        check_revocation: ours: ask the CA whether it has revoked them.
    """

    name: str
    location: Location
    challenge: Challenge = Challenge.NONE
    challenge_password: UUID | None = None
    otp_server_url: str = ""
    otp_username: str = ""
    otp_password: UUID | None = None
    server_url: str = ""
    ca_ident: str = ""
    subject: str = "CN=$USERNAME"
    san_type: SanType = SanType.NONE
    san_value: str = ""
    key_bits: int = 2048
    digest: Digest = Digest.SHA256
    use_as_digital_signature: bool = False
    use_for_key_encipherment: bool = False
    fingerprint: str = ""
    scep_ca_certificate: str = ""
    scep_client_certificate: str = ""
    transport: Transport = Transport.AUTO
    minimum: Minimum = Minimum.DEFAULT
    renewal: Renewal = Renewal.PERCENT
    renewal_percent: int = RENEWAL_PERCENT
    renewal_days: int = RENEWAL_DAYS
    check_revocation: bool = True

    def relevant(self) -> "ScepProfileSpec":
        """Return the profile without what its challenge, SAN type and renewal do not use."""
        fixed = self.challenge is Challenge.FIXED
        dynamic = self.challenge is Challenge.DYNAMIC
        by_percent, by_days = (self.renewal is one for one in (Renewal.PERCENT, Renewal.DAYS))
        return replace(
            self,
            challenge_password=self.challenge_password if fixed else None,
            otp_server_url=self.otp_server_url if dynamic else "",
            otp_username=self.otp_username if dynamic else "",
            otp_password=self.otp_password if dynamic else None,
            san_value="" if self.san_type is SanType.NONE else self.san_value,
            renewal_percent=self.renewal_percent if by_percent else RENEWAL_PERCENT,
            renewal_days=self.renewal_days if by_days else RENEWAL_DAYS,
        )


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A profile as someone wants it saved, with the passwords typed for it.

    Attributes:
        spec: every field; where its secret UUIDs are empty, the stored ones are kept.
        challenge_password: newly typed password of a Fixed challenge; ``None`` keeps the stored.
        otp_password: newly typed password of a Dynamic challenge; ``None`` keeps the stored one.
    """

    spec: ScepProfileSpec
    challenge_password: str | None = field(default=None, repr=False)
    otp_password: str | None = field(default=None, repr=False)
