"""Revoking certificates, at once and without a commit, and the lists of CAs on this device."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates import queries
from certificates.models import Material, MaterialStatus
from certificates.services import switching
from certificates.services.making import issuer_of
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Problem, Refused
from domain.locations import Location
from pki import crl_writing
from pki.crl_writing import Reason, Revoked


class NotRevocable(Refused):
    """There is no certificate to revoke; ``problems`` lists the names."""


@transaction.atomic
def revoke(*, uuids: Sequence[UUID], reason: Reason, by: Actor, at: datetime) -> int:
    """Mark certificates as revoked, all or none; what is revoked already stays as it is.

    A CA elsewhere is not told: only the lists of CAs on this device carry it.

    Returns:
        How many were revoked now.

    Raises:
        Forbidden: the admin may not write where one of them is.
        NotFound: one of them is not in the candidate.
        NotRevocable: for one of them there is no certificate yet.
    """
    require(by, Action.WRITE_CERTIFICATES)
    rows = list(queries.in_candidate().filter(entry_id__in=uuids))
    if not rows or len(rows) != len(set(uuids)):
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    for row in rows:
        require(by, Action.WRITE_CERTIFICATES, Location(row.entry.object.location))
    pending = [row.entry.object.name for row in rows if row.status == MaterialStatus.PENDING]
    if pending:
        message = "There is no certificate yet that could be revoked:"
        problems = [Problem("", name) for name in pending]
        raise NotRevocable(message, hint="Delete the request instead.", problems=problems)
    valid = [row for row in rows if row.status == MaterialStatus.VALID]
    for row in valid:
        name = row.entry.object.name
        switching.set_revoked(row, reason=reason.value, at=at)
        audit.record(
            kind="certificate",
            actor=by,
            text=f"Certificate {name} revoked: {reason.value}.",
            at=at,
            object_name=name,
            detail={"serial": row.serial_hex, "sha256": row.fingerprint_sha256},
        )
    return len(valid)


def crl(*, entry_uuid: UUID, by: Actor, at: datetime) -> tuple[str, bytes]:
    """Make the revocation list of a CA on this device; nothing of it is stored.

    What was deleted since stays on the list: it may still be in use elsewhere.

    Returns:
        A file name, and the list, DER.

    Raises:
        Forbidden: the admin may not see it.
        NotFound: there is no such CA.
        Refused: its key is not on this device, or it is revoked itself.
    """
    require(by, Action.READ_CERTIFICATES)
    ca = queries.in_candidate().filter(entry_id=entry_uuid, is_ca=True).first()
    if ca is None:
        raise NotFound("There is no such CA.", hint="Reload the list.")
    require(by, Action.READ_CERTIFICATES, Location(ca.entry.object.location))
    issuer = issuer_of(ca)
    revoked = Material.objects.filter(
        status=MaterialStatus.REVOKED, issuer_material__entry_id=entry_uuid
    )
    # A certificate that was revoked and stored again is on the list since the first time.
    lines = {
        row.serial_hex: Revoked(
            int(row.serial_hex, 16), row.revoked_at, Reason(row.revocation_reason)
        )
        for row in revoked.order_by("-revoked_at")
        if row.revoked_at is not None
    }
    ordered = [lines[serial] for serial in sorted(lines)]
    data = crl_writing.write(issuer.certificate_der, issuer.key, ordered, at=at)
    return f"{ca.entry.object.name}.crl", data
