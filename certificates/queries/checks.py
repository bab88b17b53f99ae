"""Whether CAs elsewhere have revoked certificates: whom to ask about, and what they said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from certificates import rules
from certificates.models import (
    ListedCertificate,
    Material,
    MaterialStatus,
    Revocation,
    RevocationCheck,
)
from profiles import queries as profiles
from profiles.queries import RunningProfile

CHECK_EVERY: Final = timedelta(hours=4)

RETRY_EVERY: Final = timedelta(hours=1)
"""How soon a CA is asked again that gave nothing usable."""

ON_HOLD: Final = "certificateHold"
"""The one reason that a CA may take back (RFC 5280 section 5.3.1)."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the CA said last.

    Attributes:
        state: ``"good"``, ``"revoked"`` or ``"unknown"``.
        source: ``"CRL"``, ``"OCSP"`` or ``"GetCRL"``; empty when there was no answer yet.
        words: the same in a few words, with its age: for a list.
    """

    state: str
    source: str
    checked_at: datetime | None
    tried_at: datetime
    next_update: datetime | None
    problem: str
    words: str


def views(entries: Collection[UUID], at: datetime) -> dict[UUID, tuple[str, CheckView]]:
    """Return what is known of some entries, each with the serial number that it is about."""
    rows = RevocationCheck.objects.filter(pk__in=entries)
    return {row.pk: (row.serial_hex, _view(row, at)) for row in rows}


def view(entry: UUID, serial_hex: str, at: datetime) -> CheckView | None:
    """Return what is known of one certificate; ``None`` when nobody was asked about it."""
    serial, found = views([entry], at).get(entry, ("", None))
    return found if serial == serial_hex else None


def due(at: datetime) -> list[RunningProfile]:
    """List the running profiles of which a certificate is to be asked about now."""
    recent = RevocationCheck.objects.filter(
        Q(problem="", tried_at__gt=at - CHECK_EVERY) | Q(tried_at__gt=at - RETRY_EVERY)
    )
    checked = set(recent.values_list("pk", "serial_hex"))
    rows = _askable(at).values_list("profile_uuid", "pk", "serial_hex")
    due_ones = {profile for profile, *certificate in rows if tuple(certificate) not in checked}
    return [
        profile
        for profile in profiles.running_profiles()
        if profile.spec.check_revocation and profile.uuid in due_ones
    ]


def of_profile(profile_uuid: UUID, at: datetime) -> list[Material]:
    """List the certificates of a profile that its CA may have revoked, their issuer at hand."""
    listed = _askable(at).filter(profile_uuid=profile_uuid, issuer_material_id__isnull=False)
    rows = Material.objects.filter(pk__in=listed.values("material_id"))
    return list(rows.select_related("issuer_material", "entry__object").order_by("created_at"))


def _askable(at: datetime) -> QuerySet[ListedCertificate]:
    """Certificates that came over SCEP, are listed and have not ended; those on hold, too.

    The list's index is asked, because it holds no certificate: 10,000 are read in no time.
    """
    held = RevocationCheck.objects.filter(state=Revocation.REVOKED, reason=ON_HOLD)
    return ListedCertificate.objects.filter(
        Q(status=MaterialStatus.VALID)
        | Q(status=MaterialStatus.REVOKED, pk__in=held.values("entry_uuid")),
        enrollment__isnull=False,
        not_after__gt=at,
    )


def _view(row: RevocationCheck, at: datetime) -> CheckView:
    return CheckView(
        state=row.state,
        source=row.source,
        checked_at=row.checked_at,
        tried_at=row.tried_at,
        next_update=row.next_update,
        problem=row.problem,
        words=_words(row, at),
    )


def _words(row: RevocationCheck, at: datetime) -> str:
    age = f"checked {rules.relative(row.checked_at, at)}" if row.checked_at else ""
    if row.state == Revocation.REVOKED:
        since = f" since {row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
        return f"by its CA{since}{f': {row.reason}' if row.reason else ''}; {age}"
    if row.state == Revocation.GOOD:
        return f"not revoked, {age}"
    return "revocation unknown"
