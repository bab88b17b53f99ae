"""Reads of certificates: current material, names others may refer to."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from certificates.models import (
    CertificateEntry,
    Enrollment,
    EnrollmentState,
    Material,
    MaterialStatus,
)
from certificates.spec import Usage
from configuration import queries as configuration
from domain.locations import SHARED, Location

KIND: Final = "certificate"
"""The kind under which certificate entries stand in the configuration."""

USAGE_COLUMNS: Final = {
    Usage.FORWARD_TRUST: "forward_trust",
    Usage.FORWARD_UNTRUST: "forward_untrust",
    Usage.TRUSTED_ROOT: "trusted_root",
    Usage.SECURE_SYSLOG: "secure_syslog",
}
"""Where the row of an entry keeps what it is used for."""


@dataclass(frozen=True, slots=True)
class CurrentMaterial:
    """What an entry stands for now.

    Attributes:
        entry_uuid: the entry.
        certificate_der: the certificate; empty while it is pending.
        key_secret: its sealed private key, if the device has it.
    """

    entry_uuid: UUID
    certificate_der: bytes = field(repr=False)
    key_secret: UUID | None


def current_material(entry_uuid: UUID) -> CurrentMaterial | None:
    """Return what an entry stands for now; ``None`` when it never had a certificate."""
    row = Material.objects.filter(entry_id=entry_uuid, is_current=True).first()
    if row is None:
        return None
    return CurrentMaterial(entry_uuid, bytes(row.certificate_der), row.key_secret)


def running_entry(location: Location, name: str) -> UUID | None:
    """Find the running entry that a name means in a location: its own, else Shared's."""
    for place in (location, SHARED):
        found = configuration.find_running(KIND, place, name)
        if found is not None:
            return found.uuid
    return None


def candidate_entry(location: Location, name: str) -> UUID | None:
    """Find the candidate entry that a name means in a location: its own, else Shared's."""
    for place in (location, SHARED):
        found = configuration.find_candidate(KIND, place, name)
        if found is not None:
            return found.uuid
    return None


def entries_with_material() -> frozenset[UUID]:
    """Return every entry that has, or had in some revision, a certificate."""
    rows = Material.objects.filter(is_current=True)
    return frozenset(rows.values_list("entry_id", flat=True))


def candidate_entries() -> dict[UUID, str]:
    """Return the names of all certificate entries of the candidate, by UUID."""
    return dict(CertificateEntry.objects.values_list("pk", "object__name"))


def exit_code_of_job(job_id: int) -> int:
    """Return the exit code of the command line for what came of a Generate job.

    0 issued, 2 usage, 3 pending, 4 refused, 5 not trusted, 6 no usable answer; 1 when the job broke
    without an outcome.
    """
    row = Enrollment.objects.filter(job_id=job_id).first()
    if row is not None and row.state == EnrollmentState.PENDING:
        return 3
    return 1 if row is None or row.exit_code is None else row.exit_code


def usages(entry: CertificateEntry) -> frozenset[Usage]:
    """Return what an entry is used for."""
    return frozenset(usage for usage, column in USAGE_COLUMNS.items() if getattr(entry, column))


def in_candidate() -> QuerySet[Material]:
    """Current material whose entry is in the candidate, with both at hand."""
    return Material.objects.filter(is_current=True).select_related("entry__object")


def names_for(purpose: str, location: Location) -> list[str]:
    """List the names that an object in a location may refer to, in order.

    Args:
        purpose: ``"ca"`` for certificates of CAs, ``"client"`` for those with a private key.
        location: where the object is that refers to them.
    """
    has_certificate = ~Q(status=MaterialStatus.PENDING)
    suits = {"ca": Q(is_ca=True), "client": Q(key_secret__isnull=False) & has_certificate}[purpose]
    rows = in_candidate().filter(suits, entry__object__location__in=_visible_from(location))
    return sorted(set(rows.values_list("entry__object__name", flat=True)))


def _visible_from(location: Location) -> tuple[str, ...]:
    return tuple({location.key, SHARED.key})
