"""What the device has before anybody commits: revision 0, with the objects of the first start."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from configuration import registry
from configuration.document import Entry, Operation
from configuration.models import ChangeRecord, Revision, RevisionEntry
from configuration.sections import Addition
from configuration.services import publishing, rows
from domain.actors import SYSTEM

NUMBER: Final = 0
"""The revision that no commit made."""

DESCRIPTION: Final = "What the device had when it was first started"


@transaction.atomic
def found(*, objects: Sequence[Addition], at: datetime) -> None:
    """Let objects have been there from the start: in the candidate and in every revision.

    They are pending nowhere, and no revision that is loaded lacks them. On a device that has
    revisions already, they are the objects that were there before they became configuration.

    Raises:
        NameTaken: the candidate has an object of this name.
    """
    has_others = Revision.objects.exclude(number=NUMBER).exists()
    Revision.objects.get_or_create(
        number=NUMBER,
        defaults={
            "created_at": at,
            "by": SYSTEM.name,
            "description": DESCRIPTION,
            "job_id": NUMBER,
            "running": not has_others,
        },
    )
    for item in objects:
        digest = rows.store_text(item.xml, item.name)
        entry = Entry(item.uuid, item.kind, item.location, item.name, digest, version=1)
        rows.write(entry, is_new=True)
        RevisionEntry.objects.bulk_create([publishing.interval(entry, NUMBER)])
        rows.record_change(entry, Operation.ADDED, by=SYSTEM, at=at)
        registry.section(entry.kind).restore(
            uuid=entry.uuid, location=entry.location, name=entry.name, xml=item.xml
        )
    uuids = [item.uuid for item in objects]
    ChangeRecord.objects.filter(object_uuid__in=uuids).update(revision=NUMBER)
