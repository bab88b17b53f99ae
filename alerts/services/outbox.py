"""Put messages on their way: a row and a job for each server, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from alerts.messages import MOST_ITEMS, Event, Item
from alerts.models import Delivery
from alerts.queries import profiles as queries
from alerts.queries.profiles import Target
from device.access import require
from domain.actions import Page
from domain.actors import SYSTEM, Actor
from domain.errors import NotFound
from domain.locations import SHARED
from jobs import services as jobs

JOB: Final = "deliver_alert"
"""Kind of the jobs that send."""

KEPT: Final = timedelta(days=90)
"""How long deliveries are kept."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell.

    Attributes:
        items: at least one, but for a test.
    """

    event: Event
    headline: str
    items: Sequence[Item] = ()


def post(notice: Notice, targets: Iterable[Target], *, at: datetime) -> None:
    """Tell servers; call it in the transaction that notes what is told."""
    for target in targets:
        _post(notice, target, by=SYSTEM, at=at, is_test=False)


@transaction.atomic
def send_test(*, uuid: UUID, by: Actor, at: datetime) -> int:
    """Send a test message with a server profile of the candidate, committed or not.

    Returns:
        The number of the job that sends it.

    Raises:
        Forbidden: the admin may not change the device's alerts.
        NotFound: the candidate has no such server profile.
    """
    require(by, Page.ALERTS.write, SHARED)
    target = queries.target(uuid, of_candidate=True)
    if target is None:
        raise NotFound("There is no such server profile.", hint="It may have been deleted.")
    notice = Notice(Event.TEST, f"Test of the server profile {target.name}, sent by {by.name}.")
    return _post(notice, target, by=by, at=at, is_test=True)


def prune(now: datetime) -> None:
    """Forget old deliveries; called every hour."""
    Delivery.objects.filter(created_at__lt=now - KEPT).exclude(next_at__isnull=False).delete()


def _post(notice: Notice, target: Target, *, by: Actor, at: datetime, is_test: bool) -> int:
    row = Delivery.objects.create(
        created_at=at,
        event=notice.event,
        headline=notice.headline,
        items=[asdict(item) for item in notice.items[:MOST_ITEMS]],
        count=len(notice.items),
        target_kind=target.kind,
        target=target.uuid,
        target_name=target.name,
        is_test=is_test,
    )
    row.job_id = jobs.enqueue(
        kind=JOB,
        arguments={"delivery": str(row.uuid)},
        by=by,
        at=at,
        description=f"{notice.event.words}: {target.name}",
        dedupe_key=f"alert:{row.uuid}",
    )
    row.save(update_fields=["job_id"])
    return row.job_id
