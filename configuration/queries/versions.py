"""What an object was at each of its versions: what an edit started from, and what came since."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from configuration.document import Operation
from configuration.models import ChangeRecord, ObjectText
from domain.locations import Location


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
