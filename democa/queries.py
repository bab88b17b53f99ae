"""What the demo CA's own page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import models

from democa.models import (
    AuthorityCertificate,
    EnrollmentRequest,
    IssuedCertificate,
    OneTimePassword,
    Switches,
)
from domain.errors import NotFound
from pki import bundle, certinfo

SHOWN: Final = 100
"""How many certificates the page lists, newest first."""


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
class Root:
    """A CA certificate; fingerprints in upper-case hex, in groups of eight digits.

    Attributes:
        generation: 1 for the first CA, one more for each that takes over from it.
    """

    generation: int
    common_name: str
    not_after: datetime
    md5: str
    sha1: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows.

    Attributes:
        root: of the CA that issues now.
        next_root: of the CA that will take over; None while there is none.
        past_roots: of those that handed over, the latest first.
        issued: the newest, at most :data:`SHOWN`.
        issued_count: how many there are in all.
        revoked_count: how many of them are revoked.
        held: requests that wait for approval, oldest first.
        bound: open passwords for one subject only, oldest first.
        open_passwords: one-time passwords that are good now.
        rules: how the CA behaves.
    """

    root: Root
    next_root: Root | None
    past_roots: list[Root]
    issued: list[Issued]
    issued_count: int
    revoked_count: int
    held: list[HeldRequest]
    bound: list[BoundPassword]
    open_passwords: int
    rules: Switches

    @property
    def older_count(self) -> int:
        """How many certificates are not shown."""
        return self.issued_count - len(self.issued)


def overview(*, at: datetime) -> Overview:
    """Return what the page shows."""
    rules = _switches()
    roots = {row.generation: _root(row) for row in _roots().order_by("-generation")}
    open_now = OneTimePassword.objects.filter(used_at=None, expires_at__gt=at)
    return Overview(
        root=roots[rules.generation],
        next_root=roots[rules.generation + 1] if rules.has_next else None,
        past_roots=[root for number, root in roots.items() if number < rules.generation],
        issued=_issued(at),
        issued_count=IssuedCertificate.objects.count(),
        revoked_count=IssuedCertificate.objects.filter(revoked_at__isnull=False).count(),
        held=_held(),
        bound=[
            BoundPassword(row.subject, row.alternative_names.splitlines(), row.expires_at)
            for row in open_now.exclude(subject="").order_by("pk")
        ],
        open_passwords=open_now.count(),
        rules=rules,
    )


def password_max() -> int:
    """Return how many one-time passwords may be open at once."""
    return _switches().password_max


def root() -> Root:
    """Return the facts of the CA certificate that issues now."""
    return _root(_root_row(_switches().generation))


def root_pem(generation: int | None = None) -> str:
    """Return a CA certificate as PEM; by default the one that issues now.

    Raises:
        NotFound: there is no such CA.
    """
    return bundle.to_pem(bytes(_root_row(generation or _switches().generation).certificate_der))


def _switches() -> Switches:
    return Switches.objects.first() or Switches()


def _roots() -> models.QuerySet[AuthorityCertificate]:
    return AuthorityCertificate.objects.filter(role=AuthorityCertificate.Role.ROOT)


def _root_row(generation: int) -> AuthorityCertificate:
    try:
        return _roots().get(generation=generation)
    except AuthorityCertificate.DoesNotExist as error:
        raise NotFound("There is no such CA.") from error


def _root(row: AuthorityCertificate) -> Root:
    facts = certinfo.read(bytes(row.certificate_der))
    return Root(
        generation=row.generation,
        common_name=facts.subject.removeprefix("CN="),
        not_after=facts.not_after,
        md5=_grouped(facts.fingerprint_md5),
        sha1=_grouped(facts.fingerprint_sha1),
        sha256=_grouped(facts.fingerprint_sha256),
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
