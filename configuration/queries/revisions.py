"""Revisions, and whole configurations as documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import Q

from configuration.document import Document, Entry, in_order
from configuration.models import CandidateObject, ObjectText, Revision, RevisionEntry
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class RunningRevision:
    """The revision in force.

    Attributes:
        number: counts from 1; 0 for what the device had before anybody committed.
        created_at: when it was published.
        by: who committed it.
        description: what the admin wrote.
        job_id: the commit job.
        warnings: how many warnings the commit gave.
    """

    number: int
    created_at: datetime
    by: str
    description: str
    job_id: int
    warnings: int


def running_revision() -> RunningRevision | None:
    """Return the revision in force; None before the first commit."""
    return _revision(Revision.objects.filter(running=True).first())


def revision_of_job(job_id: int) -> RunningRevision | None:
    """Return the revision that a commit job published, if it did."""
    return _revision(Revision.objects.filter(job_id=job_id).first())


def entries_of(number: int) -> tuple[Entry, ...]:
    """List the objects of a revision, old or running; 0 is what the first start made."""
    in_force = Q(until=None) | Q(until__gt=number)
    rows = RevisionEntry.objects.filter(in_force, since__lte=number)
    return _entries(rows.values_list("object_uuid", "kind", "location", "name", "text"))


def document_of(number: int) -> Document:
    """Return a revision as a document."""
    return Document(entries_of(number), texts)


def candidate_document() -> Document:
    """Return the candidate as a document."""
    rows = CandidateObject.objects.values_list("uuid", "kind", "location", "name", "text")
    return Document(_entries(rows), texts)


def texts(digests: Sequence[str]) -> Mapping[str, str]:
    """Look up canonical texts; every digest asked for is in the answer."""
    found = ObjectText.objects.in_bulk(list(dict.fromkeys(digests)))
    return {digest: found[digest].xml for digest in digests}


def entry_of_candidate(row: CandidateObject) -> Entry:
    """Return a candidate row as a value."""
    return Entry(row.uuid, row.kind, Location(row.location), row.name, row.text_id, row.version)


def entry_of_interval(row: RevisionEntry) -> Entry:
    """Return a row of a revision as a value."""
    place = Location(row.location)
    return Entry(row.object_uuid, row.kind, place, row.name, row.text_id)


def _entries(rows: Iterable[tuple[UUID, str, str, str, str]]) -> tuple[Entry, ...]:
    # A configuration may have tens of thousands of entries, in a handful of locations.
    place = cache(Location)
    return in_order(
        Entry(uuid, kind, place(location), name, digest)
        for uuid, kind, location, name, digest in rows
    )


def _revision(row: Revision | None) -> RunningRevision | None:
    if row is None:
        return None
    return RunningRevision(
        row.number, row.created_at, row.by, row.description, row.job_id, row.warnings
    )
