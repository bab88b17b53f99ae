"""Which certificate entry gets which certificate that a SCEP server sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from certificates import rules
from certificates.models import Material, Source
from profiles.queries import RunningProfile
from scep import cacert
from scep.client import FetchedCa

_SOURCES = {
    cacert.Role.CA: Source.SCEP_CA,
    cacert.Role.RA: Source.SCEP_RA,
    cacert.Role.CHAIN: Source.SCEP_CHAIN,
    cacert.Role.ROOT: Source.SCEP_CHAIN,
}


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


def changes(fetched: FetchedCa, placements: Sequence[Placement]) -> tuple[tuple[str, str], ...]:
    """Say what is worth a warning: fact and hint of each.

    That is a CA certificate other than before, and a server that offers less than before.
    """
    found = []
    for item in placements:
        if item.replaces and item.source is Source.SCEP_CA:
            new = item.certificate.facts.fingerprint_sha256
            fact = (
                f"the CA certificate {item.name} changed. "
                f"SHA-256 before: {item.replaces}, now: {new}."
            )
            hint = "Make sure with the CA's administrator that the new one is right."
            found.append((fact, hint))
    if fetched.losses:
        fact = f"the server offers less than before. {' '.join(fetched.losses)}"
        found.append((fact, "Its list is not signed. Ask the server's administrator."))
    return tuple(found)


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
