"""What an object was at each of its versions: what an edit started from, and what came since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max

from configuration.document import Operation
from configuration.models import ChangeRecord, ObjectText
from domain.locations import Location

_AT_ONCE: Final = 500
"""How many objects one statement names."""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of an object.

    Attributes:
        number: its number.
        operation: what made it.
        by: who.
        at: when.
        location: where the object stood.
        name: its name.
        xml: its text; empty when it was deleted.
    """

    number: int
    operation: Operation
    by: str
    at: datetime
    location: Location
    name: str
    xml: str


def last_versions(uuids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the last version of each object that has ever been edited, deletions included."""
    found: dict[UUID, int] = {}
    for start in range(0, len(uuids), _AT_ONCE):
        rows = ChangeRecord.objects.filter(object_uuid__in=uuids[start : start + _AT_ONCE])
        listed = rows.values_list("object_uuid").annotate(last=Max("version"))
        found.update(listed.order_by("object_uuid"))
    return found


def kinds_of(uuids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the kind of each object that has ever been edited, deletions included."""
    found: dict[UUID, str] = {}
    for start in range(0, len(uuids), _AT_ONCE):
        rows = ChangeRecord.objects.filter(object_uuid__in=uuids[start : start + _AT_ONCE])
        found.update(rows.order_by("pk").values_list("object_uuid", "kind"))
    return found


def versions_since(uuid: UUID, number: int) -> list[ObjectVersion]:
    """List an object's versions from this one on, oldest first; those that are known."""
    rows = list(
        ChangeRecord.objects.filter(object_uuid=uuid, version__gte=number).order_by("version")
    )
    found = ObjectText.objects.in_bulk([row.digest for row in rows if row.digest])
    return [
        ObjectVersion(
            number=row.version,
            operation=Operation(row.operation),
            by=row.by,
            at=row.at,
            location=Location(row.location),
            name=row.name,
            xml=found[row.digest].xml if row.digest else "",
        )
        for row in rows
    ]
