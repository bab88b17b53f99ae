"""The log of deliveries, newest first, and one message to send."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from alerts.fields import KINDS
from alerts.messages import Event, Item, Message
from alerts.models import Delivery, DeliveryState
from audit.queries.paging import Page, cut
from device import queries as device

_WORDS: Final[dict[str, tuple[str, str]]] = {
    DeliveryState.WAITING: ("Waits", "busy"),
    DeliveryState.SENT: ("Sent", "ok"),
    DeliveryState.FAILED: ("Failed", "error"),
}


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message in the log.

    Attributes:
        what: the event in words.
        target: name of the server profile.
        kind: what it is.
        next_at: when the next attempt is due; ``None`` when there is none.
    """

    uuid: UUID
    at: datetime
    what: str
    headline: str
    target: str
    kind: str
    word: str
    tone: str
    attempts: int
    next_at: datetime | None
    finished_at: datetime | None
    result: str
    job_id: int | None


def page(number: int, state: str = "") -> Page[DeliveryRow]:
    """Return a page of the log; with a state only what stands so."""
    rows = Delivery.objects.defer("items").order_by("-created_at", "uuid")
    if state:
        rows = rows.filter(state=state)
    return cut(rows, number, lambda some: tuple(_row(row) for row in some))


def message(row: Delivery) -> Message:
    """Return what a delivery says, as it is sent."""
    facts = device.facts()
    return Message(
        id=str(row.uuid),
        event=Event(row.event),
        headline=row.headline,
        items=tuple(Item(**item) for item in row.items),
        count=row.count,
        at=row.created_at,
        hostname=facts.hostname,
        serial=facts.serial,
    )


def _row(row: Delivery) -> DeliveryRow:
    word, tone = _WORDS[row.state]
    return DeliveryRow(
        uuid=row.uuid,
        at=row.created_at,
        what=Event(row.event).words,
        headline=row.headline,
        target=row.target_name,
        kind=KINDS[row.target_kind].label,
        word=word,
        tone=tone,
        attempts=row.attempts,
        next_at=row.next_at,
        finished_at=row.finished_at,
        result=row.result,
        job_id=row.job_id,
    )
