"""Entries and their material: added, switched, deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction

from certificates import codec, queries
from certificates.models import (
    ACTIVE_STATES,
    CertificateEntry,
    Enrollment,
    EnrollmentState,
    Material,
    MaterialStatus,
    Source,
)
from certificates.services import listed
from certificates.spec import Usage
from configuration import queries as configuration
from configuration import services as configuration_services
from device import secrets
from domain.actors import Actor
from domain.errors import NameTaken, NotFound, Problem
from domain.locations import Location
from pki import certinfo, chain, weaknesses
from pki.errors import PkiError

KIND = queries.KIND


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """A certificate that an entry gets.

    Attributes:
        entry_uuid: the entry; it need not be in the candidate yet.
        source: where the certificate came from.
        certificate_der: the certificate.
        profile_uuid: the SCEP profile it came with, if it came with one.
        enrollment: the enrollment that brought it.
        key_secret: its sealed private key.
        csr_der: the request that it answers, if it was made here for another CA.
        block_key_export: whether the private key never leaves this device.
        uuid: of the material, chosen before by whoever must not store it twice.
    """

    entry_uuid: UUID
    source: Source
    certificate_der: bytes
    profile_uuid: UUID | None = None
    enrollment: Enrollment | None = None
    key_secret: UUID | None = None
    csr_der: bytes = b""
    block_key_export: bool = False
    uuid: UUID = field(default_factory=uuid4)


def add_entry(*, location: Location, name: str, by: Actor, at: datetime) -> UUID:
    """Add the entry of a certificate that is here to the candidate; in the caller's transaction.

    No lock keeps it out: what a CA has issued is not thrown away.

    Raises:
        Forbidden: the admin may not write there.
        NameTaken: another certificate of the location has the name.
    """
    reference = configuration_services.put(
        kind=KIND,
        location=location,
        name=name,
        xml=codec.to_xml(name),
        by=by,
        at=at,
        is_fact=True,
    )
    restore_entry(uuid=reference.uuid)
    return reference.uuid


def restore_entry(*, uuid: UUID, usages: Collection[Usage] = ()) -> None:
    """Write the typed row of an entry whose candidate row is there."""
    CertificateEntry.objects.update_or_create(
        object_id=uuid,
        defaults={column: usage in usages for usage, column in queries.USAGE_COLUMNS.items()},
    )
    listed.refresh(uuid)


@transaction.atomic
def set_material(new: NewMaterial, *, at: datetime) -> UUID:
    """Make a certificate the current material of its entry, and find who issued whom.

    Raises:
        CertificateUnreadable: it is not a certificate.
    """
    row = material_of(new, at=at)
    row.issuer_material = _issuer_of(row)
    switch(row)
    return row.uuid


def material_of(new: NewMaterial, *, at: datetime) -> Material:
    """Make the row of a certificate's material, not saved yet and without its issuer.

    Raises:
        CertificateUnreadable: it is not a certificate.
    """
    facts = certinfo.read(new.certificate_der)
    return Material(
        uuid=new.uuid,
        entry_id=new.entry_uuid,
        source=new.source,
        profile_uuid=new.profile_uuid,
        enrollment=new.enrollment,
        certificate_der=new.certificate_der,
        csr_der=new.csr_der,
        key_secret=new.key_secret,
        block_key_export=new.block_key_export,
        created_at=at,
        subject=facts.subject,
        issuer=facts.issuer,
        subject_hash=name_digest(facts.subject),
        issuer_hash=name_digest(facts.issuer),
        serial_hex=facts.serial_hex,
        not_before=facts.not_before,
        not_after=facts.not_after,
        algorithm=facts.algorithm,
        key_bits=facts.key_bits,
        signature_algorithm=facts.signature_algorithm,
        is_ca=facts.is_ca,
        fingerprint_sha256=facts.fingerprint_sha256,
        subject_key_id=facts.subject_key_id,
        authority_key_id=facts.authority_key_id,
        weaknesses=_codes(facts),
    )


@transaction.atomic
def set_pending(*, entry_uuid: UUID, enrollment: Enrollment, subject: str, at: datetime) -> None:
    """Give an entry the material of a certificate that the CA has not issued yet."""
    _retire(entry_uuid)
    Material.objects.create(
        entry_id=entry_uuid,
        status=MaterialStatus.PENDING,
        source=Source.ENROLLMENT,
        profile_uuid=enrollment.profile_uuid,
        enrollment=enrollment,
        created_at=at,
        subject=subject,
        subject_hash=name_digest(subject),
    )
    listed.refresh(entry_uuid)


@transaction.atomic
def delete(*, uuids: Sequence[UUID], by: Actor, at: datetime) -> None:
    """Delete certificates from the candidate, all or none; pending requests are given up.

    Their material stays, because the running configuration may still have them.

    Raises:
        Forbidden: the admin may not write in one of the locations.
        InUse: objects that are not deleted refer to one of them.
        NotFound: one of them does not exist.
    """
    for uuid in uuids:
        _require_candidate(uuid)
    configuration_services.delete_all(uuids=uuids, by=by, at=at)


@transaction.atomic
def give_up(
    *,
    entry_uuid: UUID,
    at: datetime,
    reason: str = "The certificate was deleted before the CA decided.",
) -> int:
    """Stop waiting for a certificate that is still pending; its key and request are forgotten.

    Returns:
        How many requests were given up.
    """
    waiting = Enrollment.objects.filter(entry_uuid=entry_uuid, state=EnrollmentState.PENDING)
    given_up = list(waiting.select_for_update())
    for row in given_up:
        forget_secrets(row)
        row.state = EnrollmentState.ABANDONED
        row.finished_at = at
        row.next_poll_at = None
        row.reason = reason
        row.save()
    return len(given_up)


def forget_secrets(row: Enrollment, *, keep_key: bool = False) -> None:
    """Remove the sealed request, and the key unless it is kept; the caller saves the row."""
    if row.request_secret:
        secrets.forget(row.request_secret)
        row.request_secret = None
    if row.key_secret and not keep_key:
        secrets.forget(row.key_secret)
        row.key_secret = None


def names_taken(location: Location, *, besides: UUID | None = None) -> set[str]:
    """Return the names that certificates of a location have, or will have when issued.

    Args:
        location: the location.
        besides: an enrollment whose own claim to a name does not count.
    """
    entries = CertificateEntry.objects.filter(object__location=location.key)
    active = Enrollment.objects.filter(location=location.key, state__in=ACTIVE_STATES)
    if besides is not None:
        active = active.exclude(uuid=besides)
    return {
        *entries.values_list("object__name", flat=True),
        *active.values_list("name", flat=True),
    }


def name_taken(name: str, location: Location) -> NameTaken:
    """Say that a certificate or a request has a name already."""
    message = f"A certificate named {name} already exists in {location}, or is being requested."
    hint = "Choose another name, or delete the certificate that has it."
    return NameTaken(message, hint=hint, problems=[Problem("name", message)])


def switch(row: Material) -> None:
    """Make a new row the current material of its entry; what a CA issued hangs under it."""
    _retire(row.entry_id)
    row.is_current = True
    row.save(force_insert=True)
    if row.is_ca:
        _adopt(row)
    listed.refresh(row.entry_id)


def _retire(entry_uuid: UUID) -> None:
    Material.objects.filter(entry_id=entry_uuid, is_current=True).update(is_current=False)


def _issuer_of(row: Material) -> Material | None:
    """Find the current CA material that signed a certificate; the same profile's own first."""
    known = Material.objects.filter(is_current=True, is_ca=True, subject_hash=row.issuer_hash)
    ranked = sorted(known, key=lambda ca: (ca.profile_uuid != row.profile_uuid, ca.created_at))
    return next((ca for ca in ranked if _issued(row, ca)), None)


def _adopt(ca: Material) -> None:
    """Put certificates under a CA that was stored after them, or that took a new certificate."""
    orphaned = Material.objects.filter(is_current=True, issuer_hash=ca.subject_hash).exclude(
        issuer_material__is_current=True
    )
    children = [row.pk for row in orphaned.exclude(pk=ca.pk) if _issued(row, ca)]
    if not children:
        return
    Material.objects.filter(pk__in=children).update(issuer_material=ca)
    listed.adopt(children, ca.pk)


def _issued(row: Material, ca: Material) -> bool:
    if row.subject_hash == row.issuer_hash:
        return False
    try:
        chain.verify_issued(bytes(row.certificate_der), bytes(ca.certificate_der))
    except PkiError:
        return False
    return True


def _codes(facts: certinfo.CertificateFacts) -> str:
    return " ".join(finding.code for finding in weaknesses.find(facts))


def name_digest(name: str) -> str:
    """Return what names are looked up by, as text of any length has no index."""
    return sha256(name.encode()).hexdigest()


def _require_candidate(uuid: UUID) -> None:
    found = configuration.candidate(uuid)
    if found is None or found.kind != KIND:
        raise NotFound("This certificate no longer exists.", hint="Reload the list.")
