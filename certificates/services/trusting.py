"""Disabling and enabling default trusted CAs, which is configuration; exporting them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates.queries import trusted
from certificates.queries.trusted import KIND, PLACE
from configuration import queries as configuration
from configuration import services as configuration_services
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from pki import bundle
from pki.default_cas import DefaultCa


@transaction.atomic
def disable(*, uuids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Trust some default CAs no more, from the next commit on.

    Returns:
        How many were enabled until now.

    Raises:
        Forbidden: the admin may not write in Shared.
        LockHeld: another admin holds a config lock there.
        NotFound: one of them is not on the list, or none is given.
    """
    require(by, Action.WRITE_CERTIFICATES, PLACE)
    there = {entry.name for entry in configuration.candidates(KIND)}
    wanted = [ca for ca in trusted.chosen(uuids) if ca.name not in there]
    for ca in wanted:
        configuration_services.put(
            kind=KIND, location=PLACE, name=ca.name, xml=_entry(ca), by=by, at=at
        )
    return len(wanted)


@transaction.atomic
def enable(*, uuids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Trust some default CAs again, from the next commit on.

    Args:
        uuids: CAs of the list; entries of CAs that are on it no more.
        by: who wants it.
        at: when.

    Returns:
        How many were disabled until now.

    Raises:
        Forbidden: the admin may not write in Shared.
        LockHeld: another admin holds a config lock there.
        NotFound: one of them is neither, or none is given.
    """
    require(by, Action.WRITE_CERTIFICATES, PLACE)
    rows = {row.uuid: row for row in trusted.trusted_rows(at)}
    if not uuids or not rows.keys() >= set(uuids):
        raise trusted.not_found()
    names = {rows[uuid].name for uuid in uuids}
    entries = [one.uuid for one in configuration.candidates(KIND) if one.name in names]
    configuration_services.delete_all(uuids=entries, by=by, at=at)
    return len(entries)


def export(*, uuids: Collection[UUID], der: bool, by: Actor, at: datetime) -> tuple[str, bytes]:
    """Write default CAs as PEM, or one of them as DER, and log it.

    Returns:
        Name and content of the file.

    Raises:
        Forbidden: the admin may not read certificates.
        NotFound: one of them is not on the list, or none is given.
    """
    require(by, Action.READ_CERTIFICATES)
    cas = trusted.chosen(uuids)
    for ca in cas:
        audit.record(
            kind="certificate",
            actor=by,
            text=f"Default trusted CA {ca.name} exported.",
            at=at,
            object_name=ca.name,
            detail={"format": "der" if der else "pem", "sha256": ca.fingerprint_sha256},
        )
    name = cas[0].name if len(cas) == 1 else "trusted-cas"
    if der:
        return f"{name}.cer", cas[0].der
    return f"{name}.pem", bundle.chain_to_pem(*(ca.der for ca in cas)).encode("ascii")


def _entry(ca: DefaultCa) -> str:
    return f'<entry name="{ca.name}"/>'
