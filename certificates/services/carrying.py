"""Certificates in configuration files: out with their material, and in where none of it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from audit import services as audit
from certificates import codec, queries
from certificates.codec import CarriedEntry, ProductEntry
from certificates.models import Material, Source
from certificates.services import store, switching
from certificates.services.switching import NewRequest
from configuration import queries as configuration
from configuration.document import Entry
from configuration.transfer import FileObject
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Refused
from pki import certinfo, csr, keys, private_keys
from pki.crl_writing import Reason
from pki.errors import KeyMismatch, PkiError

_AT_ONCE: Final = 500
"""How many certificates are in memory at a time."""

_WITH_PROFILE: Final = frozenset({Source.SCEP_CA, Source.SCEP_RA, Source.SCEP_CHAIN})
_KEPT: Final = _WITH_PROFILE | {Source.LOCAL}
"""Sources that say the same on another device. What a CA issued over SCEP is an import there: the
enrollment, with which it could be renewed, stays where it was."""


class CarriedUnusable(Refused):
    """What a file has of a certificate is broken."""


def entries_for_file(entries: Sequence[Entry]) -> Mapping[UUID, str]:
    """Write entries with their current material.

    A private key whose export was blocked stays out: it never leaves this device.
    """
    found = {}
    for start in range(0, len(entries), _AT_ONCE):
        batch = entries[start : start + _AT_ONCE]
        rows = Material.objects.filter(is_current=True, entry_id__in=[one.uuid for one in batch])
        materials = {row.entry_id: row for row in rows}
        texts = configuration.texts([one.digest for one in batch])
        for one in batch:
            if one.uuid in materials:
                found[one.uuid] = _carried(one, texts[one.digest], materials[one.uuid])
    return found


def _carried(one: Entry, xml: str, row: Material) -> str:
    key = "" if row.key_secret is None or row.block_key_export else str(row.key_secret)
    shown = ProductEntry(
        name=one.name,
        certificate_der=bytes(row.certificate_der),
        csr_der=bytes(row.csr_der),
        private_key=key,
        revoked_at=row.revoked_at,
    )
    return codec.to_file(
        CarriedEntry(
            shown=shown,
            usages=codec.usages_of(xml),
            source=row.source,
            profile_uuid="" if row.profile_uuid is None else str(row.profile_uuid),
            block_key_export=row.block_key_export,
            revocation_reason=row.revocation_reason,
        )
    )


def receive(objects: Sequence[FileObject], *, by: Actor, at: datetime) -> None:
    """Store the material of entries that have none here; what is here is never replaced.

    An entry without a certificate or a request in the file is left alone.

    Raises:
        CarriedUnusable: a certificate, key or request is broken, or they do not belong together.
        Forbidden: the admin may not write certificates there.
    """
    known = queries.entries_with_material()
    for one in objects:
        if one.uuid is None or one.uuid in known:
            continue
        carried = codec.from_file(one.name, one.xml)
        try:
            _receive(one, one.uuid, carried, by=by, at=at)
        except (PkiError, ValueError) as error:
            message = f"The certificate {one.name} in the file is broken: {error}"
            raise CarriedUnusable(message) from error


def _receive(
    one: FileObject, uuid: UUID, carried: CarriedEntry, *, by: Actor, at: datetime
) -> None:
    shown = carried.shown
    key_secret = UUID(shown.private_key) if shown.private_key else None
    if shown.certificate_der:
        require(by, Action.WRITE_CERTIFICATES, one.location)
        _store(uuid, carried, key_secret, at)
    elif shown.csr_der and key_secret is not None:
        require(by, Action.WRITE_CERTIFICATES, one.location)
        _store_request(uuid, carried, key_secret, at)
    else:
        return
    audit.record(
        kind="certificate",
        actor=by,
        text=f"Certificate {one.name} came with an imported configuration.",
        at=at,
        object_name=one.name,
        detail=dict(_detail(carried)),
    )


def _store(uuid: UUID, carried: CarriedEntry, key_secret: UUID | None, at: datetime) -> None:
    shown = carried.shown
    if key_secret is not None:
        private_keys.require_pair(_key(key_secret), shown.certificate_der)
    source = Source(carried.source) if carried.source in _KEPT else Source.IMPORT
    is_of_profile = source in _WITH_PROFILE and carried.profile_uuid
    new = store.NewMaterial(
        entry_uuid=uuid,
        source=source,
        certificate_der=shown.certificate_der,
        profile_uuid=UUID(carried.profile_uuid) if is_of_profile else None,
        key_secret=key_secret,
        csr_der=shown.csr_der,
        block_key_export=carried.block_key_export,
    )
    store.set_material(new, at=at)
    if shown.revoked_at is not None:
        reason = Reason(carried.revocation_reason or Reason.UNSPECIFIED)
        row = Material.objects.get(pk=new.uuid)
        switching.set_revoked(row, reason=reason.value, at=shown.revoked_at)


def _store_request(uuid: UUID, carried: CarriedEntry, key_secret: UUID, at: datetime) -> None:
    request = csr.read(carried.shown.csr_der)
    if keys.spki_der(_key(key_secret).public_key()) != request.public_key_der:
        raise KeyMismatch("the private key is not that of the request.")
    new = NewRequest(uuid4(), uuid, carried.shown.csr_der, key_secret, carried.block_key_export)
    switching.set_requested(new, at=at)


def _key(key_secret: UUID) -> private_keys.PrivateKey:
    return private_keys.from_der(secrets.unseal(key_secret))


def _detail(carried: CarriedEntry) -> Iterator[tuple[str, str]]:
    if carried.shown.certificate_der:
        yield "sha256", certinfo.read(carried.shown.certificate_der).fingerprint_sha256
    yield "key", "yes" if carried.shown.private_key else "no"
