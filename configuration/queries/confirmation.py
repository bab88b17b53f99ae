"""The revision that waits to be confirmed, if there is one."""

from django.db.models import Q

from configuration.confirming import OpenConfirmation, Outcome
from configuration.models import Confirmation, RevisionEntry
from domain.locations import Location


def open_confirmation() -> OpenConfirmation | None:
    """Return the revision that waits to be confirmed."""
    rows = Confirmation.objects.select_related("revision").filter(outcome=Outcome.OPEN)
    row = rows.first()
    if row is None:
        return None
    touched = RevisionEntry.objects.filter(Q(since=row.revision) | Q(until=row.revision))
    keys = touched.order_by("location").values_list("location", flat=True).distinct()
    return OpenConfirmation(
        number=row.revision.number,
        by=row.revision.by,
        minutes=row.minutes,
        deadline_at=row.deadline_at,
        job_id=row.job_id,
        locations=tuple(Location(key) for key in keys),
    )
