"""The CA of a SCEP profile: fetched from its server, placed among the certificates, stored.

Three steps, because only the first may use the network and only the last may write: :func:`fetch`
asks the server, :func:`place` decides which entry gets which certificate, :func:`keep` stores.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates import queries, rules
from certificates.models import Material, ScepAuthority, Source
from certificates.services import store
from certificates.services.exchange import EntryFinder, Exchange, minimum, server
from domain.actors import Actor
from domain.locations import Location
from jobs.handlers import RunningJob
from profiles.queries import RunningProfile
from scep import cacert
from scep.capabilities import Capabilities, Minimum, parse
from scep.client import FetchCa, FetchedCa
from scep.transcript import Recorder
from scep.transport import Server

_SOURCES = {
    cacert.Role.CA: Source.SCEP_CA,
    cacert.Role.RA: Source.SCEP_RA,
    cacert.Role.CHAIN: Source.SCEP_CHAIN,
    cacert.Role.ROOT: Source.SCEP_CHAIN,
}


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
    """

    profile: RunningProfile
    server: Server
    minimum: Minimum


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a fetched certificate goes.

    Attributes:
        entry_uuid: the entry that gets it; ``None`` for a new entry.
        name: the entry's name.
        source: what kind of certificate it is.
        certificate: the certificate.
        replaces: SHA-256 of the entry's certificate until now; empty for a new entry.
    """

    entry_uuid: UUID | None
    name: str
    source: Source
    certificate: cacert.CaCertificate
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What placing certificates looks at.

    Attributes:
        entries: names of the entries that count as there, by UUID.
        taken: names that a new entry cannot have.
    """

    entries: Mapping[UUID, str]
    taken: Collection[str]


def current(profile: RunningProfile) -> Authority | None:
    """Return what was fetched with exactly this form of the profile; ``None`` if nothing was."""
    row = ScepAuthority.objects.filter(
        profile_uuid=profile.uuid, profile_digest=profile.digest
    ).first()
    if row is None:
        return None
    return Authority(cacert.CaBundle.from_json(row.bundle), parse(bytes(row.capabilities)))


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
    return Inquiry(profile, server(profile.spec, find), minimum(profile.spec))


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
        now=exchange.clock(),
        record=record,
    )
    return exchange.drive(session, asked.server, record=record)


def place(
    profile: RunningProfile, fetched: FetchedCa, around: Surroundings
) -> tuple[Placement, ...]:
    """Decide which entries get the fetched certificates.

    An entry of the profile that has the certificate already keeps it and is not in the result. A
    certificate without an entry takes over an entry of its kind whose own certificate is gone,
    so that names stay; otherwise it gets a new entry.
    """
    brought = Material.objects.filter(is_current=True, profile_uuid=profile.uuid).exclude(
        source=Source.ENROLLMENT
    )
    kept = [row for row in brought if row.entry_id in around.entries]
    known = {row.fingerprint_sha256: row for row in kept}
    offered = {item.facts.fingerprint_sha256 for item in fetched.bundle.certificates}
    outdated = [row for row in kept if row.fingerprint_sha256 not in offered]
    outdated.sort(key=lambda row: around.entries[row.entry_id])
    taken = set(around.taken)
    placements = []
    for suffix, item in _with_suffixes(fetched.bundle):
        if item.facts.fingerprint_sha256 in known:
            continue
        source = _SOURCES[item.role]
        old = next((row for row in outdated if row.source == source), None)
        if old is None:
            name = rules.fetched_name(profile.spec.name, suffix, taken)
            taken.add(name)
            placements.append(Placement(None, name, source, item))
        else:
            outdated.remove(old)
            name = around.entries[old.entry_id]
            placement = Placement(old.entry_id, name, source, item, old.fingerprint_sha256)
            placements.append(placement)
    return tuple(placements)


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
            "capabilities": fetched.caps_body,
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
        audit.record(
            kind="certificate",
            actor=by,
            text=f"Certificate {item.name} of SCEP profile {profile.spec.name} {done}.",
            at=at,
            object_name=item.name,
            detail={"sha256": item.certificate.facts.fingerprint_sha256, "was": item.replaces},
        )


def change_of_ca(placements: Sequence[Placement]) -> tuple[str, str] | None:
    """Say that the CA certificate is another one than before; ``None`` when it is not."""
    for item in placements:
        if item.replaces and item.source is Source.SCEP_CA:
            new = item.certificate.facts.fingerprint_sha256
            fact = (
                f"the CA certificate {item.name} changed. "
                f"SHA-256 before: {item.replaces}, now: {new}."
            )
            return fact, "Make sure with the CA's administrator that the new one is right."
    return None


def _added(name: str, location: Location, by: Actor, at: datetime) -> UUID:
    return store.add_entry(location=location, name=name, by=by, at=at)


def _with_suffixes(bundle: cacert.CaBundle) -> list[tuple[str, cacert.CaCertificate]]:
    """Pair each certificate with the end of its entry's name, the CA first."""
    fixed = {cacert.Role.CA: "ca", cacert.Role.ROOT: "root-ca"}
    counts = {cacert.Role.RA: 0, cacert.Role.CHAIN: 0}
    pairs = []
    for item in bundle.certificates:
        suffix = fixed.get(item.role)
        if suffix is None:
            counts[item.role] += 1
            suffix = f"{item.role.value}-{counts[item.role]}"
        pairs.append((suffix, item))
    return pairs
