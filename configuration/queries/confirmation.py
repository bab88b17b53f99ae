"""The revision that waits to be confirmed, if there is one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from configuration.confirming import OpenConfirmation, Outcome
from configuration.models import Confirmation, RevisionEntry
from device.access import may
from domain.actions import Action
from domain.actors import Actor
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class ConfirmationBar:
    """What every page says about the revision that waits to be confirmed.

    Attributes:
        left_s: seconds until it is rolled back; 0 when that is about to happen.
        may_end: whether the reader may confirm it or roll it back: who could have committed it.
    """

    waiting: OpenConfirmation
    left_s: int
    may_end: bool


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


def confirmation_bar(by: Actor, at: datetime) -> ConfirmationBar | None:
    """Return what a page shows to a reader while a revision waits to be confirmed."""
    waiting = open_confirmation()
    if waiting is None:
        return None
    may_end = all(may(by, Action.COMMIT, place) for place in waiting.locations or (None,))
    return ConfirmationBar(waiting, waiting.left_s(at), may_end)
