"""Renewing certificates: signed anew by a CA on this device, or by the SCEP server they came from.

The certificate is switched at once, in the candidate and in what is running, without a commit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit import services as audit
from certificates import queries
from certificates.local import DEFAULT_DAYS, MAX_DAYS
from certificates.models import (
    ACTIVE_STATES,
    Enrollment,
    Material,
    MaterialStatus,
    Source,
)
from certificates.rules import RenewalMethod
from certificates.services import enrollment, making, store
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Problem, Refused
from domain.locations import Location
from jobs import services as jobs
from pki import certinfo, local, private_keys
from pki.local import Issuer, Term

KIND: Final = "renew"
"""Kind of the job that renews over SCEP."""


class NotRenewable(Refused):
    """The certificate cannot be renewed from here; the text says why, and what to do instead."""


class Way(Enum):
    """How a certificate is renewed."""

    LOCAL = auto()
    """Signed anew, on the spot."""
    SCEP = auto()
    """By a job that asks the server."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What to renew, and how; a way takes what it needs of it.

    Attributes:
        entry_uuid: the entry.
        days: how long the successor is valid, if it is signed here.
        method: how the server is asked, if it came over SCEP.
        material: what was seen to be current; nothing is done once something else is.
    """

    entry_uuid: UUID
    days: int = DEFAULT_DAYS
    method: RenewalMethod = RenewalMethod.AUTO
    material: UUID | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """What came of it.

    Attributes:
        job_id: the job that asks the server; ``None`` when it is done.
        text: one sentence.
    """

    job_id: int | None
    text: str


def renew(*, wanted: Renewal, by: Actor, at: datetime) -> Renewed:
    """Renew a certificate, or ask for its renewal.

    Asking again while the server has not answered brings the job that is under way: there are never
    two at once for one certificate, however many workers ask.

    Raises:
        Forbidden: the admin may not write in its location.
        NotFound: the candidate has no such certificate.
        NotRenewable: it is pending, revoked or replaced meanwhile, or neither its CA nor a SCEP
            profile is here.
        AlreadyRequested: the CA has not answered another request for its subject yet.
        Refused: the number of days is not usable, or the profile is not running.
    """
    require(by, Action.WRITE_CERTIFICATES)
    row = _row(wanted.entry_uuid)
    require(by, Action.WRITE_CERTIFICATES, Location(row.entry.object.location))
    if wanted.material not in {None, row.pk}:
        raise _replaced(row)
    if way_of(row) is Way.SCEP:
        return _ask(row, wanted.method, by=by, at=at)
    if not 1 <= wanted.days <= MAX_DAYS:
        message = f"The certificate can be valid for 1 to {MAX_DAYS:,} days."
        raise Refused("Nothing was renewed.", problems=[Problem("days", message)])
    return _sign(row, wanted.days, by=by, at=at)


def way(*, entry_uuid: UUID, by: Actor) -> Way:
    """Tell who may renew a certificate how; raises what :func:`way_of` raises.

    Raises:
        Forbidden: the admin may not write in its location.
        NotFound: the candidate has no such certificate.
    """
    row = _row(entry_uuid)
    require(by, Action.WRITE_CERTIFICATES, Location(row.entry.object.location))
    return way_of(row)


def way_of(row: Material) -> Way:
    """Tell how a certificate is renewed.

    Raises:
        NotRenewable: it cannot be, from here.
    """
    name = row.entry.object.name
    if row.status == MaterialStatus.PENDING:
        raise NotRenewable(f"There is no certificate {name} yet that could be renewed.")
    if row.status == MaterialStatus.REVOKED:
        hint = "Generate a new one, or import one."
        raise NotRenewable(f"The certificate {name} is revoked.", hint=hint)
    if row.source == Source.ENROLLMENT:
        return Way.SCEP
    if row.source in {Source.LOCAL, Source.IMPORT} and _signer_of(row) is not None:
        return Way.LOCAL
    raise NotRenewable(
        f"The CA that issued {name} is not on this device, or its key is not.",
        hint="Have that CA issue a new certificate, and import it.",
    )


def _row(entry_uuid: UUID) -> Material:
    row = queries.in_candidate().filter(entry_id=entry_uuid).first()
    if row is None:
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    return row


def _signer_of(row: Material) -> Material | None:
    """Return whose key signs the successor: the certificate's own, or its CA's."""
    signer = row if row.subject_hash == row.issuer_hash else row.issuer_material
    return signer if signer is not None and signer.key_secret is not None else None


def _sign(row: Material, days: int, *, by: Actor, at: datetime) -> Renewed:
    signer = _signer_of(row)
    assert signer is not None and signer.key_secret is not None  # noqa: S101, PT018 - way_of saw to it
    if signer.pk == row.pk:
        issuer = Issuer(private_keys.from_der(secrets.unseal(signer.key_secret)))
    else:
        issuer = making.issuer_of(signer)
    old = bytes(row.certificate_der)
    der = local.reissue(old, issuer, Term(making.next_serial(at), at, days, local.digest_of(old)))
    with transaction.atomic():
        _require_current(row)
        store.set_material(
            store.NewMaterial(
                entry_uuid=row.entry_id,
                source=Source(row.source),
                certificate_der=der,
                key_secret=row.key_secret,
                csr_der=bytes(row.csr_der),
                block_key_export=row.block_key_export,
            ),
            at=at,
        )
        return Renewed(None, _note(row, der, by=by, at=at))


def _require_current(row: Material) -> None:
    """Make sure that nothing has taken the place of a certificate; in a transaction."""
    is_last = Material.objects.select_for_update().filter(pk=row.pk, is_current=True)
    if not is_last.exists():
        raise _replaced(row)


def _replaced(row: Material) -> NotRenewable:
    message = f"The certificate {row.entry.object.name} was replaced meanwhile."
    return NotRenewable(message, hint="Look at it again.")


def _note(row: Material, der: bytes, *, by: Actor, at: datetime) -> str:
    facts = certinfo.read(der)
    name = row.entry.object.name
    until = f"{facts.not_after:%Y-%m-%d %H:%M:%S} UTC"
    text = f"Certificate {name} was renewed: it is valid until {until}."
    detail = {"serial": facts.serial_hex, "was": row.serial_hex, "sha256": facts.fingerprint_sha256}
    audit.record(kind="certificate", actor=by, text=text, at=at, object_name=name, detail=detail)
    return text


def _ask(row: Material, method: RenewalMethod, *, by: Actor, at: datetime) -> Renewed:
    assert row.enrollment is not None  # noqa: S101 - what came over SCEP has an enrollment
    profile = enrollment.running_profile(row.enrollment.profile_uuid)
    wish = Enrollment(
        uuid=uuid4(),
        name=row.entry.object.name,
        location=row.entry.object.location,
        profile_uuid=profile.uuid,
        profile_name=profile.spec.name,
        tokens=row.enrollment.tokens,
        subject=row.subject,
        requested_by=by.name,
        requested_at=at,
        entry_uuid=row.entry_id,
        renews=row,
        renewal_method=method.value,
    )
    text = f"Renewal of certificate {wish.name} requested."
    with transaction.atomic():
        enrollment.release_interrupted(wish, at)
        under_way = _insert(wish)
        if under_way is not None:
            return Renewed(under_way, text)
        # After the claim: another worker's renewal may have ended just before it.
        _require_current(row)
        enrollment.require_no_other(wish, profile)
        wish.job_id = _enqueue(wish, by, at)
        wish.save(update_fields=["job_id"])
        detail = {"enrollment": str(wish.uuid), "method": method.value}
        audit.record(
            kind="certificate", actor=by, text=text, at=at, object_name=wish.name, detail=detail
        )
    return Renewed(wish.job_id, text)


def _enqueue(wish: Enrollment, by: Actor, at: datetime) -> int:
    return jobs.enqueue(
        kind=KIND,
        arguments={"enrollment": str(wish.uuid)},
        by=by,
        at=at,
        description=f"certificate {wish.name}",
        dedupe_key=f"{KIND}:{wish.uuid}",
    )


def _insert(wish: Enrollment) -> int | None:
    """Claim the certificate; return the job of the renewal that has claimed it before.

    Raises:
        NotRenewable: another certificate is being requested under its name.
    """
    try:
        with transaction.atomic():
            wish.save(force_insert=True)
    except IntegrityError as error:
        other = Enrollment.objects.filter(
            entry_uuid=wish.entry_uuid, renews__isnull=False, state__in=ACTIVE_STATES
        ).first()
        if other is None or other.job_id is None:
            message = f"A certificate named {wish.name} is being requested."
            raise NotRenewable(message, hint="Wait for its job to end.") from error
        return other.job_id
    return None
