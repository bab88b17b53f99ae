"""What the demo CA's own page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from democa.models import (
    AuthorityCertificate,
    EnrollmentRequest,
    IssuedCertificate,
    OneTimePassword,
    Switches,
)
from pki import bundle, certinfo

SHOWN: Final = 100
"""How many certificates the page lists, newest first."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued."""

    serial_hex: str
    subject: str
    issued_at: datetime
    not_after: datetime
    transaction_id: str
    address: str


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request that waits for approval."""

    id: int
    subject: str
    transaction_id: str
    address: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Root:
    """The CA certificate; fingerprints in upper-case hex, in groups of eight digits."""

    common_name: str
    not_after: datetime
    md5: str
    sha1: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows.

    Attributes:
        issued: the newest, at most :data:`SHOWN`.
        issued_count: how many there are in all.
        held: requests that wait for approval, oldest first.
        open_passwords: one-time passwords that are good now.
        password_max: how many may be.
    """

    root: Root
    issued: list[Issued]
    issued_count: int
    held: list[HeldRequest]
    open_passwords: int
    password_max: int
    approve_by_hand: bool
    allow_legacy: bool

    @property
    def older_count(self) -> int:
        """How many certificates are not shown."""
        return self.issued_count - len(self.issued)


def overview(*, at: datetime) -> Overview:
    """Return what the page shows."""
    switches = _switches()
    return Overview(
        root=root(),
        issued=_issued(),
        issued_count=IssuedCertificate.objects.count(),
        held=_held(),
        open_passwords=OneTimePassword.objects.filter(used_at=None, expires_at__gt=at).count(),
        password_max=switches.password_max,
        approve_by_hand=switches.approve_by_hand,
        allow_legacy=switches.allow_legacy,
    )


def password_max() -> int:
    """Return how many one-time passwords may be open at once."""
    return _switches().password_max


def root() -> Root:
    """Return the facts of the CA certificate."""
    facts = certinfo.read(_root_der())
    return Root(
        common_name=facts.subject.removeprefix("CN="),
        not_after=facts.not_after,
        md5=_grouped(facts.fingerprint_md5),
        sha1=_grouped(facts.fingerprint_sha1),
        sha256=_grouped(facts.fingerprint_sha256),
    )


def root_pem() -> str:
    """Return the CA certificate as PEM."""
    return bundle.to_pem(_root_der())


def _switches() -> Switches:
    return Switches.objects.first() or Switches()


def _root_der() -> bytes:
    role = AuthorityCertificate.Role.ROOT
    return bytes(AuthorityCertificate.objects.get(role=role).certificate_der)


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 8].upper() for start in range(0, len(digits), 8))


def _issued() -> list[Issued]:
    rows = IssuedCertificate.objects.select_related("request").order_by("-issued_at", "-pk")
    return [
        Issued(
            serial_hex=row.serial_hex,
            subject=row.request.subject,
            issued_at=row.issued_at,
            not_after=row.not_after,
            transaction_id=row.request.transaction_id,
            address=row.request.address,
        )
        for row in rows[:SHOWN]
    ]


def _held() -> list[HeldRequest]:
    held = EnrollmentRequest.objects.filter(state=EnrollmentRequest.State.HELD)
    return [
        HeldRequest(
            id=row.pk,
            subject=row.subject,
            transaction_id=row.transaction_id,
            address=row.address,
            received_at=row.received_at,
        )
        for row in held.order_by("received_at", "pk")
    ]
