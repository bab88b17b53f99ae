"""Single objects of the candidate and of the running configuration."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Count, Exists, QuerySet

from configuration.models import CandidateObject, RevisionEntry
from configuration.queries.comparison import changed_candidates, interval_of_candidate
from domain.locations import Location

ObjectState = Literal["committed", "changed", "new"]


@dataclass(frozen=True, slots=True)
class ConfigObject:
    """One object of the candidate or of the running configuration.

    Attributes:
        uuid: identity of the object.
        kind: which section it belongs to.
        location: where it stands.
        name: its name there.
        xml: canonical text.
        digest: digest of the text.
        version: version to hand to ``services.put`` as ``expected_version``; 0 for running ones.
    """

    uuid: UUID
    kind: str
    location: Location
    name: str
    xml: str
    digest: str
    version: int


def candidate(uuid: UUID) -> ConfigObject | None:
    """Find an object of the candidate."""
    row = CandidateObject.objects.select_related("text").filter(uuid=uuid).first()
    return None if row is None else _candidate_object(row)


def candidates(kind: str) -> list[ConfigObject]:
    """List the candidate's objects of one kind by location and name, with their texts."""
    rows = CandidateObject.objects.select_related("text").filter(kind=kind)
    return [_candidate_object(row) for row in rows.order_by("location", "name")]


def find_candidate(kind: str, location: Location, name: str) -> ConfigObject | None:
    """Find an object of the candidate by its name in exactly this location."""
    rows = CandidateObject.objects.select_related("text")
    row = rows.filter(kind=kind, location=location.key, name=name).first()
    return None if row is None else _candidate_object(row)


def counts() -> dict[tuple[Location, str], int]:
    """Count the candidate's objects by location and kind, in that order; one query."""
    rows = CandidateObject.objects.values_list("location", "kind").order_by("location", "kind")
    return {
        (Location(location), kind): count
        for location, kind, count in rows.annotate(count=Count("pk"))
    }


def running(uuid: UUID) -> ConfigObject | None:
    """Find an object of the running configuration."""
    row = _running_rows().filter(object_uuid=uuid).first()
    return None if row is None else _running_object(row)


def find_running(kind: str, location: Location, name: str) -> ConfigObject | None:
    """Find an object of the running configuration by its name in exactly this location."""
    row = _running_rows().filter(kind=kind, location=location.key, name=name).first()
    return None if row is None else _running_object(row)


def running_objects(kind: str) -> list[ConfigObject]:
    """List the running objects of one kind by location and name, with their texts."""
    rows = _running_rows().filter(kind=kind)
    return [_running_object(row) for row in rows.order_by("location", "name")]


def running_uuids(kind: str) -> frozenset[UUID]:
    """Return the identities of the running objects of one kind."""
    rows = RevisionEntry.objects.filter(until=None, kind=kind)
    return frozenset(rows.values_list("object_uuid", flat=True))


def state_of(kind: str, *, uuids: Collection[UUID] | None = None) -> dict[UUID, ObjectState]:
    """Tell how the candidate's objects of one kind stand against the running configuration.

    Args:
        kind: which section's objects.
        uuids: only these, for a page of a long list; all of the kind when None.
    """
    rows = CandidateObject.objects.filter(kind=kind)
    differing = changed_candidates().filter(kind=kind)
    if uuids is not None:
        rows = rows.filter(uuid__in=uuids)
        differing = differing.filter(uuid__in=uuids)
    states: dict[UUID, ObjectState] = dict.fromkeys(
        rows.values_list("uuid", flat=True), "committed"
    )
    compared = differing.annotate(runs=Exists(interval_of_candidate()))
    for uuid, runs in compared.values_list("uuid", "runs"):
        states[uuid] = "changed" if runs else "new"
    return states


def _running_rows() -> QuerySet[RevisionEntry]:
    return RevisionEntry.objects.select_related("text").filter(until=None)


def _candidate_object(row: CandidateObject) -> ConfigObject:
    place = Location(row.location)
    return ConfigObject(row.uuid, row.kind, place, row.name, row.text.xml, row.text_id, row.version)


def _running_object(row: RevisionEntry) -> ConfigObject:
    place = Location(row.location)
    return ConfigObject(
        row.object_uuid, row.kind, place, row.name, row.text.xml, row.text_id, version=0
    )
