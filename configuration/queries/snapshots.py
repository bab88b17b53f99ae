"""The candidate as admins have saved it, and any configuration as a document."""

from dataclasses import dataclass
from datetime import datetime

from configuration.changes import changes_from_json
from configuration.document import Document
from configuration.models import Revision, Snapshot
from configuration.queries.revisions import candidate_document, document_of, running_revision
from configuration.sources import SAVED_NAME, Source, SourceKind
from domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What a list says about a snapshot.

    Attributes:
        by: who saved it.
        at: when.
        objects: how many objects it has.
    """

    name: str
    by: str
    at: datetime
    objects: int

    @property
    def source(self) -> Source:
        """What compares and loads it."""
        return Source(SourceKind.SNAPSHOT, name=self.name)


def snapshots() -> list[SnapshotFacts]:
    """List the named snapshots by name."""
    rows = Snapshot.objects.exclude(name=SAVED_NAME).order_by("name")
    return [_facts(row) for row in rows.defer("entries")]


def snapshot_count() -> int:
    """Count the named snapshots."""
    return Snapshot.objects.exclude(name=SAVED_NAME).count()


def has_snapshot(name: str) -> bool:
    """Tell whether a snapshot has this name."""
    return Snapshot.objects.filter(name=name).exists()


def last_saved() -> SnapshotFacts | None:
    """Return what Save wrote last; None when it never did."""
    row = Snapshot.objects.filter(name=SAVED_NAME).defer("entries").first()
    return None if row is None else _facts(row)


def configuration(source: Source) -> Document:
    """Return a configuration as a document.

    Raises:
        NotFound: there is no such revision or snapshot.
    """
    if source.kind is SourceKind.CANDIDATE:
        return candidate_document()
    if source.kind is SourceKind.RUNNING:
        running = running_revision()
        return document_of(running.number if running else 0)
    if source.kind is SourceKind.REVISION:
        if source.number and not Revision.objects.filter(number=source.number).exists():
            raise _missing(source)
        return document_of(source.number)
    return _saved(source)


def _saved(source: Source) -> Document:
    name = SAVED_NAME if source.kind is SourceKind.SAVED else source.name
    row = Snapshot.objects.filter(name=name).first()
    if row is None:
        raise _missing(source)
    return document_of(row.base).apply(changes_from_json(row.entries))


def _missing(source: Source) -> NotFound:
    if source.kind is SourceKind.SAVED:
        return NotFound("The candidate was never saved.", hint="Save it first.")
    return NotFound(f"There is no {source}.", hint="Reload the list and choose another one.")


def _facts(row: Snapshot) -> SnapshotFacts:
    return SnapshotFacts(row.name, row.by, row.at, row.objects_count)
