"""Config Audit: the revisions with what each changed, and two configurations compared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from audit.queries.paging import Page, cut
from configuration import registry
from configuration.document import ChangedObject, compare
from configuration.models import Revision, RevisionEntry
from configuration.queries.snapshots import configuration, last_saved, snapshots
from configuration.sources import CANDIDATE, RUNNING, SAVED, Source, SourceKind
from domain.actors import Actor
from domain.locations import SHARED

OFFERED: Final = 50
"""How many of the last revisions a choice offers."""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision of the list.

    Attributes:
        at: when it was committed.
        by: who committed it.
        added: how many objects it has that the one before had not.
        changed: how many it has in another form or place.
        removed: how many it has not any more.
    """

    number: int
    at: datetime
    by: str
    description: str
    job_id: int
    is_running: bool
    added: int
    changed: int
    removed: int

    @property
    def source(self) -> Source:
        """What compares and loads it."""
        return Source(SourceKind.REVISION, number=self.number)

    @property
    def before(self) -> Source | None:
        """The revision that it took the place of; None for what the device had first."""
        return Source(SourceKind.REVISION, number=self.number - 1) if self.number else None


def history(page: int) -> Page[RevisionRow]:
    """List the revisions, newest first, one page of them."""
    return cut(Revision.objects.order_by("-number"), page, _rows)


def last_revisions() -> list[Source]:
    """Return the newest revisions, newest first."""
    numbers = Revision.objects.order_by("-number").values_list("number", flat=True)
    return [Source(SourceKind.REVISION, number=number) for number in numbers[:OFFERED]]


def offered() -> list[Source]:
    """List the configurations that a choice offers."""
    saved = [SAVED] if last_saved() else []
    named = [one.source for one in snapshots()]
    return [CANDIDATE, RUNNING, *saved, *named, *last_revisions()]


def compared(old: Source, new: Source, by: Actor) -> tuple[ChangedObject, ...]:
    """Compare two configurations; who is limited to virtual systems gets only what is theirs.

    Raises:
        NotFound: one of them does not exist.
    """
    seen = {*by.scope, SHARED}
    changes = compare(configuration(old), configuration(new))
    return tuple(one for one in changes if not by.scope or one.locations <= seen)


def title(change: ChangedObject) -> str:
    """Say which object differs, and how."""
    label = registry.section(change.kind).label
    before = change.before
    was = f" (was {before.name})" if before and before.name != change.name else ""
    return f"{label} {change.name}{was} in {change.location} ({change.operation})"


def _rows(found: Sequence[Revision]) -> tuple[RevisionRow, ...]:
    numbers = [row.number for row in found]
    opened = RevisionEntry.objects.filter(since__in=numbers)
    same_object = RevisionEntry.objects.filter(
        object_uuid=OuterRef("object_uuid"), until=OuterRef("since")
    )
    begun = _counted(opened, "since", numbers)
    changed = _counted(opened.filter(Exists(same_object)), "since", numbers)
    ended = _counted(RevisionEntry.objects.filter(until__in=numbers), "until", numbers)
    return tuple(
        RevisionRow(
            number=row.number,
            at=row.created_at,
            by=row.by,
            description=row.description,
            job_id=row.job_id,
            is_running=row.running,
            added=begun[row.number] - changed[row.number],
            changed=changed[row.number],
            removed=ended[row.number] - changed[row.number],
        )
        for row in found
    )


def _counted(rows: QuerySet[RevisionEntry], field: str, numbers: Collection[int]) -> dict[int, int]:
    """Count rows by the revision in a field; every number is in the answer."""
    listed = rows.order_by(field).values_list(field).annotate(count=Count("pk"))
    return dict.fromkeys(numbers, 0) | dict(listed)
