"""What the demo CA's own page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from democa.hierarchy import Design
from democa.models import (
    AuthorityCertificate,
    EnrollmentRequest,
    IssuedCertificate,
    OneTimePassword,
    Switches,
)
from domain.errors import NotFound
from pki import bundle, certinfo

Role = AuthorityCertificate.Role

SHOWN: Final = 100
"""How many certificates the page lists, newest first."""

TRIED_MAX: Final = 16
"""How many one-time passwords may be open at a CA that tries them all on each message: with those
of the transaction, 20 times the 100,000 iterations of our own client (scep.cms.enveloped)."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued.

    Attributes:
        proof: what its request was granted for, in words.
        state: ``"valid"``, ``"expired"`` or ``"revoked"``.
    """

    id: int
    serial_hex: str
    subject: str
    issued_at: datetime
    not_after: datetime
    transaction_id: str
    address: str
    proof: str
    state: str


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request that waits for approval."""

    id: int
    subject: str
    transaction_id: str
    address: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class BoundPassword:
    """An open one-time password that one subject alone can use; the password is not known."""

    subject: str
    names: list[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ca:
    """A CA certificate; fingerprints in upper-case hex, in groups of eight digits.

    Attributes:
        generation: 1 for the first CA, one more for each that takes over from it.
        design: how its CA is laid out, in words.
        root_sha256: of the root above it; empty where it is the root itself.
    """

    generation: int
    common_name: str
    design: str
    not_after: datetime
    md5: str
    sha1: str
    sha256: str
    root_sha256: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows.

    Attributes:
        current: issues now.
        next: will take over; None while there is none.
        past: those that handed over, the latest first.
        issued: the newest, at most :data:`SHOWN`.
        issued_count: how many there are in all.
        revoked_count: how many of them are revoked.
        held: requests that wait for approval, oldest first.
        bound: open passwords for one subject only, oldest first.
        open_passwords: one-time passwords that are good now.
        password_max: how many may be.
        tries_passwords: whether they encrypt the requests, in place of a key.
        rules: how the CA behaves.
    """

    current: Ca
    next: Ca | None
    past: list[Ca]
    issued: list[Issued]
    issued_count: int
    revoked_count: int
    held: list[HeldRequest]
    bound: list[BoundPassword]
    open_passwords: int
    password_max: int
    tries_passwords: bool
    rules: Switches

    @property
    def older_count(self) -> int:
        """How many certificates are not shown."""
        return self.issued_count - len(self.issued)


def overview(*, at: datetime) -> Overview:
    """Return what the page shows."""
    rules = _switches()
    cas = {number: _ca(number) for number in range(rules.generation + rules.has_next, 0, -1)}
    open_now = OneTimePassword.objects.filter(used_at=None, expires_at__gt=at)
    return Overview(
        current=cas[rules.generation],
        next=cas.get(rules.generation + 1),
        past=[ca for number, ca in cas.items() if number < rules.generation],
        issued=_issued(at),
        issued_count=IssuedCertificate.objects.count(),
        revoked_count=IssuedCertificate.objects.filter(revoked_at__isnull=False).count(),
        held=_held(),
        bound=[
            BoundPassword(row.subject, row.alternative_names.splitlines(), row.expires_at)
            for row in open_now.exclude(subject="").order_by("pk")
        ],
        open_passwords=open_now.count(),
        password_max=password_max(rules),
        tries_passwords=tries_passwords(rules),
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """What stands on the page of one-time passwords beside a password.

    Attributes:
        thumbprint: MD5 of the CA certificate.
        password_max: how many passwords may be open at once.
        tries_passwords: whether that is so because all of them are tried on each message.
    """

    thumbprint: str
    password_max: int
    tries_passwords: bool


def challenge_page() -> ChallengePage:
    """Return what the page of one-time passwords shows."""
    rules = _switches()
    return ChallengePage(current_ca().md5, password_max(rules), tries_passwords(rules))


def password_max(rules: Switches) -> int:
    """Return how many one-time passwords may be open at once."""
    return min(rules.password_max, TRIED_MAX) if tries_passwords(rules) else rules.password_max


def tries_passwords(rules: Switches) -> bool:
    """Tell whether the CA that issues, or the next one, has no key that can decrypt."""
    rows = AuthorityCertificate.objects.filter(generation__gte=rules.generation)
    return rows.filter(role=Role.ROOT).count() > rows.filter(role=Role.RA_ENCRYPTION).count()


def current_ca() -> Ca:
    """Return the facts of the CA certificate that issues now."""
    return _ca(_switches().generation)


def root_pem() -> str:
    """Return the root of the CA that issues now, as PEM."""
    return bundle.to_pem(_certificates(_switches().generation)[Role.ROOT])


def ca_pem(generation: int) -> str:
    """Return the certificate that issues in a CA, and the root above it, if there is one, as PEM.

    Raises:
        NotFound: there is no such CA.
    """
    certificates = _certificates(generation)
    ordered = [certificates[one] for one in (Role.ISSUING, Role.ROOT) if one in certificates]
    return "".join(bundle.to_pem(one) for one in ordered)


def _switches() -> Switches:
    return Switches.objects.first() or Switches()


def _certificates(generation: int) -> dict[Role, bytes]:
    rows = AuthorityCertificate.objects.filter(generation=generation)
    found = {Role(row.role): bytes(row.certificate_der) for row in rows}
    if not found:
        raise NotFound("There is no such CA.")
    return found


def _ca(generation: int) -> Ca:
    certificates = _certificates(generation)
    two_tier, root = Role.ISSUING in certificates, certificates[Role.ROOT]
    facts = certinfo.read(certificates.get(Role.ISSUING, root))
    return Ca(
        generation=generation,
        common_name=facts.subject.removeprefix("CN="),
        design=Design.of(two_tier=two_tier, has_ras=Role.RA_ENCRYPTION in certificates).label,
        not_after=facts.not_after,
        md5=_grouped(facts.fingerprint_md5),
        sha1=_grouped(facts.fingerprint_sha1),
        sha256=_grouped(facts.fingerprint_sha256),
        root_sha256=_grouped(certinfo.read(root).fingerprint_sha256) if two_tier else "",
    )


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 8].upper() for start in range(0, len(digits), 8))


def _issued(at: datetime) -> list[Issued]:
    rows = IssuedCertificate.objects.select_related("request__renews")
    return [
        Issued(
            id=row.pk,
            serial_hex=row.serial_hex,
            subject=row.request.subject,
            issued_at=row.issued_at,
            not_after=row.not_after,
            transaction_id=row.request.transaction_id,
            address=row.request.address,
            proof=f"renews {row.request.renews.serial_hex}" if row.request.renews else "password",
            state=_state(row, at),
        )
        for row in rows.order_by("-issued_at", "-pk")[:SHOWN]
    ]


def _state(row: IssuedCertificate, at: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "valid" if row.not_after > at else "expired"


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
