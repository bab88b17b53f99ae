"""Certificates that come as files: read, named, matched with keys and requests, stored.

All files of an import are stored, or none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates import queries, rules
from certificates.models import Material, MaterialStatus, Source
from certificates.services import store, uploads
from certificates.services.uploads import FoundCertificate, ImportRefused, Upload
from certificates.spec import PRIVATE_KEY
from configuration.locking import LockKind
from configuration.services import locks
from device import queries as device
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem
from domain.locations import Location
from pki import certinfo, local, names, private_keys
from pki.errors import KeyMismatch


@dataclass(frozen=True, slots=True)
class Imported:
    """One certificate that was imported.

    Attributes:
        name: of its entry.
        entry_uuid: its entry.
        answers: whether it answered a request made here.
        text: one sentence.
    """

    name: str
    entry_uuid: UUID
    answers: bool
    text: str


def import_files(*, upload: Upload, by: Actor, at: datetime) -> list[Imported]:
    """Import certificates; those that the location has already are left out.

    One that is here without its private key, as after the import of a configuration whose secrets
    could not be opened, gets the key that comes with it. A certificate whose key is that of a
    request made here completes it, under the request's name.

    Raises:
        Forbidden: the admin may not import or write in the location.
        LockHeld: another admin holds a config lock there.
        ImportRefused: a file, a key or a name cannot be used; nothing was imported.
    """
    require(by, Action.WRITE_CERTIFICATES, upload.location)
    require(by, Action.IMPORT, upload.location)
    locks.require_unlocked(by, [upload.location], LockKind.CONFIG)
    uploads.check_form(upload)
    known = _known(upload.location)
    found, problems = uploads.read_all(upload)
    new = list(_news(found, known))
    problems = problems or _fips_cc_problems(new)
    if not problems and not new:
        message = "Every certificate in the files is here already."
        problems = [Problem("files", message)]
    if problems:
        raise ImportRefused("Nothing was imported.", problems=problems)
    with transaction.atomic():
        return [_store(one, upload, by=by, at=at) for one in _named(new, upload)]


def _fips_cc_problems(found: Sequence[FoundCertificate]) -> list[Problem]:
    if not device.facts().fips_cc:
        return []
    weak = [one for one in found if not rules.fits_fips_cc(certinfo.read(one.der))]
    message = "Unsupported digest or keys used in FIPS-CC mode"
    return [Problem("files", f"{one.file}: {message}.") for one in weak]


def _known(location: Location) -> dict[str, Material]:
    """The certificates that a location has, by their SHA-256; those with a key before others."""
    rows = queries.in_candidate().filter(entry__object__location=location.key)
    ranked = sorted(rows, key=lambda row: row.key_secret is not None)
    return {row.fingerprint_sha256: row for row in ranked}


def _news(
    found: Sequence[FoundCertificate], known: Mapping[str, Material]
) -> Iterator[FoundCertificate]:
    """Go through what is not here yet: certificates, and keys of certificates that are here."""
    for one in found:
        row = known.get(certinfo.read(one.der).fingerprint_sha256)
        if row is None:
            yield one
        elif one.key and row.key_secret is None and row.status == MaterialStatus.VALID:
            yield replace(one, name=row.entry.object.name, keyless=row)


def _named(found: Sequence[FoundCertificate], upload: Upload) -> list[FoundCertificate]:
    """Give every certificate the request that it answers, or a name that is free.

    Raises:
        ImportRefused: the name typed is taken, or the request of that name has another key.
    """
    waiting = _requests(upload.location)
    taken = store.names_taken(upload.location)
    named = []
    # In a chain, the name that was typed is for the certificate that has the key, else the first.
    first = next((one for one in found if one.key), found[0])
    for one in sorted(found, key=lambda one: one is not first):
        if one.keyless is not None:
            named.append(one)
            continue
        answered = _answered(one, waiting)
        if answered is not None:
            waiting.remove(answered)
            name = answered.entry.object.name
            named.append(replace(one, name=name, request=answered))
            continue
        wanted = one.name
        if upload.name and one is first:
            _require_free(one, upload, waiting, taken)
        elif upload.name:
            wanted = uploads.fitting(names.common_name(certinfo.load(one.der).subject))
        name = rules.free_name(wanted, taken)
        taken.add(name)
        named.append(replace(one, name=name))
    return named


def _requests(location: Location) -> list[Material]:
    """Requests of a location that wait for their answer."""
    rows = queries.in_candidate().filter(
        entry__object__location=location.key, status=MaterialStatus.PENDING, source=Source.LOCAL
    )
    return list(rows)


def _answered(one: FoundCertificate, waiting: Sequence[Material]) -> Material | None:
    for row in waiting:
        try:
            local.require_answer(one.der, bytes(row.csr_der))
        except KeyMismatch:
            continue
        return row
    return None


def _require_free(
    one: FoundCertificate, upload: Upload, waiting: Sequence[Material], taken: set[str]
) -> None:
    if upload.name not in taken:
        return
    if any(row.entry.object.name == upload.name for row in waiting):
        message = f"{one.file}: The certificate is not for the key of the request {upload.name}."
        raise ImportRefused("Nothing was imported.", problems=[Problem("files", message)])
    problems = store.name_taken(upload.name, upload.location).problems
    raise ImportRefused("Nothing was imported.", problems=problems)


def _store(one: FoundCertificate, upload: Upload, *, by: Actor, at: datetime) -> Imported:
    """Add the entry, or complete the request; the key of a request is the one it was made with."""
    row = one.request or one.keyless
    if row is None:
        entry_uuid = store.add_entry(location=upload.location, name=one.name, by=by, at=at)
    else:
        entry_uuid = row.entry_id
    key_secret = row.key_secret if row else None
    if key_secret is None and one.key is not None:
        key_secret = secrets.seal(private_keys.to_der(one.key), purpose=PRIVATE_KEY, at=at)
    new = store.NewMaterial(
        entry_uuid=entry_uuid,
        source=Source(row.source) if row else Source.IMPORT,
        certificate_der=one.der,
        profile_uuid=row.profile_uuid if row else None,
        enrollment=row.enrollment if row else None,
        key_secret=key_secret,
        csr_der=bytes(row.csr_der) if row else b"",
        block_key_export=bool(row and row.block_key_export)
        or (one.request is None and upload.block_key_export),
    )
    store.set_material(new, at=at)
    return _note(one, entry_uuid, by=by, at=at)


def _note(one: FoundCertificate, entry_uuid: UUID, *, by: Actor, at: datetime) -> Imported:
    text = f"Successfully imported {one.name} into candidate configuration."
    if one.request is not None:
        text = f"The request {one.name} is answered: its certificate was imported."
    if one.keyless is not None:
        text = f"The certificate {one.name} has its private key now."
    facts = certinfo.read(one.der)
    audit.record(
        kind="certificate",
        actor=by,
        text=text,
        at=at,
        object_name=one.name,
        detail={
            "file": one.file[:200],
            "sha256": facts.fingerprint_sha256,
            "key": "yes" if one.key else "no",
        },
    )
    if facts.not_after <= at:
        text = f"{text} Certificate is expired."
    return Imported(one.name, entry_uuid, one.request is not None, text)
