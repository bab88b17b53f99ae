"""What certificates are used for: configuration, so it takes effect with the next commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from certificates import codec, queries
from certificates.models import CertificateEntry, Material, MaterialStatus
from certificates.services import store
from certificates.spec import Usage
from configuration import queries as configuration
from configuration import services as configuration_services
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Problem, Refused
from domain.locations import Location


class UsageRefused(Refused):
    """The certificate cannot be used like this; ``problems`` says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A usage that one certificate of a location has at most, taken from its former holder."""

    usage: Usage
    name: str


@transaction.atomic
def set_usages(
    *,
    uuid: UUID,
    usages: Collection[Usage],
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> list[Moved]:
    """Say what a certificate is used for; a usage that only one can have moves to it.

    Raises:
        EditConflict: someone else changed the entry since that version.
        Forbidden: the admin may not write there.
        NotFound: the candidate has no such certificate.
        UsageRefused: the certificate is not fit for one of them.
    """
    require(by, Action.WRITE_CERTIFICATES)
    entry = configuration.candidate(uuid)
    row = queries.in_candidate().filter(entry_id=uuid).first()
    if entry is None or row is None:
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    require(by, Action.WRITE_CERTIFICATES, entry.location)
    problems = _problems(row, usages)
    if problems:
        raise UsageRefused("The usage was not changed.", problems=problems)
    moved = []
    for usage in Usage:
        if usage in usages and usage.is_unique:
            moved += _take(usage, row, entry.location, by=by, at=at)
    _write(row.entry, usages, by=by, at=at, expected_version=expected_version)
    return moved


def _problems(row: Material, usages: Collection[Usage]) -> list[Problem]:
    has_key = row.key_secret is not None
    needs_ca = {Usage.FORWARD_TRUST, Usage.FORWARD_UNTRUST, Usage.TRUSTED_ROOT}
    found = []
    for usage in Usage:
        if usage not in usages:
            continue
        if row.status == MaterialStatus.PENDING:
            found.append(Problem(usage.value, "There is no certificate yet."))
        elif usage in needs_ca and not row.is_ca:
            found.append(Problem(usage.value, f"{usage.label} must be a CA certificate."))
        elif usage is not Usage.TRUSTED_ROOT and not has_key:
            message = f"{usage.label} needs the private key on this device."
            found.append(Problem(usage.value, message))
    return found


def _take(
    usage: Usage, row: Material, location: Location, *, by: Actor, at: datetime
) -> list[Moved]:
    """Take a usage from who has it; Forward Trust and Untrust have one for each kind of key."""
    column = queries.USAGE_COLUMNS[usage]
    holders = queries.in_candidate().filter(
        **{f"entry__{column}": True}, entry__object__location=location.key
    )
    if usage is not Usage.SECURE_SYSLOG:
        holders = holders.filter(algorithm=row.algorithm)
    moved = []
    for holder in holders.exclude(entry_id=row.entry_id):
        _write(holder.entry, queries.usages(holder.entry) - {usage}, by=by, at=at)
        moved.append(Moved(usage, holder.entry.object.name))
    return moved


def _write(
    entry: CertificateEntry,
    usages: Collection[Usage],
    *,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> None:
    place = entry.object
    configuration_services.put(
        kind=queries.KIND,
        location=Location(place.location),
        name=place.name,
        xml=codec.to_xml(place.name, usages),
        by=by,
        at=at,
        uuid=entry.pk,
        expected_version=expected_version,
    )
    store.restore_entry(uuid=entry.pk, usages=usages)
