"""Reads of SCEP profiles: the list, one to edit, and what is running."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from audit.queries import exchanges
from audit.queries.exchanges import ExchangeRow
from configuration import queries as configuration
from configuration import registry
from configuration.sections import Reference
from device import queries as device
from domain.errors import NotFound
from domain.locations import DEVICE, Location
from domain.names import PROFILE_NAME_MAX
from profiles import codec
from profiles.models import ScepProfile
from profiles.spec import CERTIFICATES, KIND, ScepProfileSpec


@dataclass(frozen=True, slots=True)
class CandidateProfile:
    """A candidate profile.

    Attributes:
        uuid: of the configured object.
        version: what the profile's next save is compared with.
        spec: every field.
    """

    uuid: UUID
    version: int
    spec: ScepProfileSpec


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One row of the list of candidate profiles.

    Attributes:
        uuid: of the configured object.
        spec: every field.
        state: how it stands against the running configuration.
        last_exchange: what was last said to its server; ``None`` when nothing is kept.
    """

    uuid: UUID
    spec: ScepProfileSpec
    state: Literal["committed", "changed", "new"]
    last_exchange: ExchangeRow | None = None

    @property
    def is_committed(self) -> bool:
        """Whether it runs as it is here."""
        return self.state == "committed"

    @property
    def is_new(self) -> bool:
        """Whether it never ran."""
        return self.state == "new"


@dataclass(frozen=True, slots=True)
class RunningProfile:
    """A profile of the running configuration.

    Attributes:
        uuid: of the configured object.
        spec: every field.
        digest: of its canonical XML; changes when the profile does.
    """

    uuid: UUID
    spec: ScepProfileSpec
    digest: str


@dataclass(frozen=True, slots=True)
class FieldChoices:
    """What the fields of a profile can be chosen from.

    Attributes:
        multi_vsys: whether the device has several virtual systems, so that a location is chosen.
        locations: where a profile may be, with what admins see for each.
        ca_certificates: names of CA certificates seen from the location asked for.
        client_certificates: names of certificates with a private key seen from there.
    """

    multi_vsys: bool
    locations: Mapping[Location, str]
    ca_certificates: list[str]
    client_certificates: list[str]

    def label(self, location: Location) -> str:
        """Say what admins call a location; one that is no longer there goes by its key."""
        return self.locations.get(location, location.label)


@dataclass(frozen=True, slots=True)
class FetchedCertificate:
    """A certificate that a profile's SCEP server sent.

    Attributes:
        role: what it is there for, in words.
        subject: its name.
        fingerprints: name of the hash and hexadecimal digits, the strongest first.
        can_be_pinned: whether a profile may name it: a registration authority's may not.
    """

    role: str
    subject: str
    fingerprints: tuple[tuple[str, str], ...]
    can_be_pinned: bool


@dataclass(frozen=True, slots=True)
class CaNotice:
    """What an admin should know of a CA: ``"info"`` or ``"warn"``, the fact, what to do."""

    level: Literal["info", "warn"]
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class FetchedCa:
    """What a profile's SCEP server said about itself when it was last asked.

    Attributes:
        at: when it was asked.
        certificates: what it sent, the issuing CA first.
        notices: what is to be known of its CA since.
    """

    at: datetime
    certificates: tuple[FetchedCertificate, ...]
    notices: tuple[CaNotice, ...] = ()


def fetched_ca(uuid: UUID, at: datetime) -> FetchedCa | None:
    """Return what the profile's server sent, as whoever fetched it says; ``None`` if nobody did."""
    found: FetchedCa | None = import_string(settings.FETCHED_CA)(uuid, at)
    return found


def field_choices(location: Location | None = None) -> FieldChoices:
    """Return what a profile in a location can choose from; without one, in any location."""
    locations = {place: text for place, text in device.location_labels().items() if place != DEVICE}
    seen_from = list(locations) if location is None else [location]
    certificates = registry.section(CERTIFICATES)

    def names(purpose: str) -> list[str]:
        lists = [certificates.choices(purpose=purpose, location=place) for place in seen_from]
        return list(dict.fromkeys(chain.from_iterable(lists)))

    return FieldChoices(device.facts().multi_vsys, locations, names("ca"), names("client"))


def profile_rows(seen: Collection[Location] | None = None) -> list[ProfileRow]:
    """List the candidate profiles with their state, by location and name.

    Args:
        seen: only those in these locations; all of them when ``None``.
    """
    states = configuration.state_of(KIND)
    last = exchanges.last_exchanges(states)
    return [
        ProfileRow(
            uuid=row.object_id,
            spec=spec,
            state=states[row.object_id],
            last_exchange=last.get(row.object_id),
        )
        for row in _rows()
        for spec in [row.to_spec()]
        if row.object_id in states and (seen is None or spec.location in seen)
    ]


def candidate_profile(uuid: UUID) -> CandidateProfile:
    """Return a candidate profile.

    Raises:
        NotFound: no candidate profile has this UUID.
    """
    found = find_candidate(uuid)
    if found is None:
        hint = "It may have been deleted. Reload the list."
        raise NotFound("There is no such SCEP profile.", hint=hint)
    return found


def find_candidate(uuid: UUID) -> CandidateProfile | None:
    """Return a candidate profile, or ``None`` when no candidate profile has this UUID."""
    return next(iter(candidate_profiles([uuid])), None)


def candidate_profiles(uuids: Collection[UUID]) -> list[CandidateProfile]:
    """List those of the given candidate profiles that exist, by location and name."""
    return [
        CandidateProfile(row.object_id, row.object.version, row.to_spec())
        for row in _rows().filter(pk__in=uuids)
    ]


def names(uuids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those of the given candidate profiles that exist."""
    rows = ScepProfile.objects.filter(pk__in=uuids)
    return dict(rows.values_list("pk", "object__name"))


def copy_name(spec: ScepProfileSpec) -> str:
    """Propose a free name for a copy: ``<name>-copy``, ``<name>-copy-2``..., cut to fit."""
    rows = ScepProfile.objects.filter(object__location=spec.location.key)
    taken = frozenset(rows.values_list("object__name", flat=True))
    endings = chain(["-copy"], (f"-copy-{number}" for number in count(2)))
    proposals = (
        spec.name[: PROFILE_NAME_MAX - len(ending)].rstrip() + ending for ending in endings
    )
    return next(name for name in proposals if name not in taken)


def last_location(uuid: UUID) -> Location | None:
    """Return where a profile is, or was until it was deleted; ``None`` if there never was one."""
    versions = configuration.versions_since(uuid, configuration.last_versions([uuid]).get(uuid, 0))
    return versions[-1].location if versions else None


def running_profile(uuid: UUID) -> RunningProfile | None:
    """Return a running profile, or ``None`` when no running profile has this UUID."""
    found = configuration.running(uuid)
    return _running(found) if found is not None and found.kind == KIND else None


def running_profiles() -> list[RunningProfile]:
    """List the running profiles by location and name; one query."""
    return [_running(found) for found in configuration.running_objects(KIND)]


def uncommitted() -> list[tuple[Location, str]]:
    """List location and name of the candidate profiles that never ran, in that order."""
    running = configuration.running_uuids(KIND)
    rows = _rows().exclude(pk__in=running)
    return [(Location(row.object.location), row.object.name) for row in rows]


def certificate_references(names: Collection[str]) -> list[Reference]:
    """List where candidate profiles name certificates that have one of these names."""
    naming = Q(scep_ca_certificate__in=names) | Q(scep_client_certificate__in=names)
    return [
        Reference(KIND, row.object_id, spec.location, f"scep -> {spec.name} -> {element}", name)
        for row in _rows().filter(naming)
        for spec in [row.to_spec()]
        for element, name in codec.certificate_references(spec)
        if name in names
    ]


def _rows() -> QuerySet[ScepProfile]:
    return ScepProfile.objects.select_related("object").order_by("object__location", "object__name")


def _running(found: configuration.ConfigObject) -> RunningProfile:
    spec = codec.from_xml(found.name, found.location, found.xml)
    return RunningProfile(found.uuid, spec, found.digest)
