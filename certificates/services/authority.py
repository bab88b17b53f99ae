"""The CA of a SCEP profile: fetched from its server, placed among the certificates, stored.

Three steps, because only the first may use the network and only the last may write: :func:`fetch`
asks the server, :func:`certificates.services.placing.place` decides which entry gets which
certificate, :func:`keep` stores.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates import queries
from certificates.models import Material, ScepAuthority, Source
from certificates.services import store
from certificates.services.exchange import EntryFinder, Exchange, minimum, server
from certificates.services.placing import Placement, Surroundings, place
from domain.actors import Actor
from domain.locations import Location
from jobs.handlers import RunningJob
from profiles.queries import RunningProfile
from profiles.spec import ScepProfileSpec
from scep import cacert
from scep.capabilities import NOTHING, Capabilities, Minimum, parse
from scep.client import FetchCa, FetchedCa
from scep.transcript import Recorder
from scep.transport import Server
from scep.vocabulary import Operation
from scep.wire import join_url


@dataclass(frozen=True, slots=True)
class Authority:
    """The CA of a profile as it was last fetched."""

    bundle: cacert.CaBundle
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One profile's server to ask; holds all that asking needs, so that no thread reads rows.

    Attributes:
        profile: whose CA is wanted.
        server: where to ask.
        minimum: weakest algorithms accepted.
        before: what the same server offered the last time.
    """

    profile: RunningProfile
    server: Server
    minimum: Minimum
    before: Capabilities = NOTHING


def current(profile: RunningProfile) -> Authority | None:
    """Return what was fetched with exactly this form of the profile; ``None`` if nothing was."""
    row = ScepAuthority.objects.filter(
        profile_uuid=profile.uuid, profile_digest=profile.digest
    ).first()
    if row is None:
        return None
    return Authority(cacert.CaBundle.from_json(row.bundle), _capabilities(row))


def lacking(
    profiles: Sequence[RunningProfile], entries: Collection[UUID]
) -> tuple[RunningProfile, ...]:
    """Return the profiles whose CA was not fetched in their present form, or has no entry.

    Args:
        profiles: the profiles to look at.
        entries: the certificate entries that count as there.
    """
    fetched = dict(ScepAuthority.objects.values_list("profile_uuid", "profile_digest"))
    current_cas = Material.objects.filter(is_current=True, source=Source.SCEP_CA)
    owners = current_cas.values_list("profile_uuid", "entry_id")
    listed = {profile for profile, entry in owners if entry in entries}
    return tuple(
        profile
        for profile in profiles
        if fetched.get(profile.uuid) != profile.digest or profile.uuid not in listed
    )


def inquiry(profile: RunningProfile, find: EntryFinder) -> Inquiry:
    """Make ready to ask a profile's server.

    Args:
        profile: whose CA is wanted.
        find: finds the certificates that the profile names for TLS.

    Raises:
        TlsMaterialMissing: one of them is not there.
    """
    row = ScepAuthority.objects.filter(
        profile_uuid=profile.uuid, caps_url=_caps_url(profile.spec)
    ).first()
    before = _capabilities(row) if row is not None else NOTHING
    return Inquiry(profile, server(profile.spec, find), minimum(profile.spec), before)


def fetch(asked: Inquiry, exchange: Exchange, record: Recorder) -> FetchedCa:
    """Ask the server what it can do and who it is; uses the network, reads and writes no row.

    Raises:
        ScepError: there was no usable answer, or one that cannot be trusted.
    """
    spec = asked.profile.spec
    session = FetchCa(
        ca_ident=spec.ca_ident,
        fingerprint=spec.fingerprint,
        minimum=asked.minimum,
        before=asked.before,
        now=exchange.clock(),
        record=record,
    )
    return exchange.drive(session, asked.server, record=record)


def keep(
    profile: RunningProfile,
    fetched: FetchedCa,
    placed: Sequence[tuple[UUID, Placement]],
    *,
    job_id: int,
    at: datetime,
) -> None:
    """Store what was fetched; part of the transaction that adds the entries.

    Args:
        profile: the profile whose server was asked.
        fetched: its answer.
        placed: each certificate to store with the entry that gets it.
        job_id: the job that asked.
        at: the time.
    """
    for entry_uuid, placement in placed:
        new = store.NewMaterial(
            entry_uuid, placement.source, placement.certificate.der, profile.uuid
        )
        store.set_material(new, at=at)
    ScepAuthority.objects.update_or_create(
        profile_uuid=profile.uuid,
        defaults={
            "profile_name": profile.spec.name,
            "profile_digest": profile.digest,
            "fetched_at": at,
            "job_id": job_id,
            "caps_url": _caps_url(profile.spec),
            "capabilities": fetched.caps_body,
            "remembered": "\n".join(sorted(fetched.capabilities.remembered)),
            "bundle": fetched.bundle.to_json(),
            "pinned": fetched.pinned,
        },
    )


@transaction.atomic
def join_candidate(
    profile: RunningProfile, fetched: FetchedCa, *, job: RunningJob, at: datetime
) -> tuple[Placement, ...]:
    """Store what was fetched outside a commit; new entries join the candidate, to be committed.

    Raises:
        Forbidden: the admin may not write where the profile is.
    """
    location = profile.spec.location
    around = Surroundings(queries.candidate_entries(), store.names_taken(location))
    placements = place(profile, fetched, around)
    placed = [
        (item.entry_uuid or _added(item.name, location, job.by, at), item) for item in placements
    ]
    keep(profile, fetched, placed, job_id=job.id, at=at)
    note_kept(profile, placements, by=job.by, at=at)
    return placements


def note_kept(
    profile: RunningProfile, placements: Sequence[Placement], *, by: Actor, at: datetime
) -> None:
    """Log which certificates a profile brought."""
    for item in placements:
        done = "replaced" if item.replaces else "stored"
        detail = {"sha256": item.certificate.facts.fingerprint_sha256, "was": item.replaces}
        if item.replaces and item.source is Source.SCEP_CA:
            detail["alert"] = "ca-changed"
        audit.record(
            kind="certificate",
            actor=by,
            text=f"Certificate {item.name} of SCEP profile {profile.spec.name} {done}.",
            at=at,
            object_name=item.name,
            detail=detail,
        )


def _added(name: str, location: Location, by: Actor, at: datetime) -> UUID:
    return store.add_entry(location=location, name=name, by=by, at=at)


def _caps_url(spec: ScepProfileSpec) -> str:
    operation = ("operation", Operation.GET_CA_CAPS.value)
    return join_url(spec.server_url, (operation, ("message", spec.ca_ident)))


def _capabilities(row: ScepAuthority) -> Capabilities:
    remembered = parse(row.remembered.encode()).known
    return replace(parse(bytes(row.capabilities)), remembered=remembered)
