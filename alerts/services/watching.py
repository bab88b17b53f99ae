"""Find what is to be told: certificates near their end, and what the log says has failed."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from alerts import thresholds
from alerts.messages import Event, Item
from alerts.models import Cursor, Told
from alerts.queries import profiles as queries
from alerts.queries.profiles import Target
from alerts.services import outbox
from alerts.services.outbox import Notice
from alerts.spec import AlertSettings
from alerts.thresholds import TOLD_AFTER, Crossing, Ending
from audit.queries import EventView, log
from certificates.queries import overview
from device import queries as device
from domain.locations import Location

AT_ONCE: Final = 500
"""How many entries of the log are read in one go, and how many keys one statement names."""

REMEMBERED: Final = timedelta(days=400)
"""How long it is known what was told: longer than any threshold and its end together."""

_HEADLINES: Final = {
    Event.ENROLLMENT_FAILED: ("enrollment failed", "enrollments failed"),
    Event.RENEWAL_FAILED: ("renewal failed", "renewals failed"),
    Event.CA_CHANGED: ("CA certificate changed", "CA certificates changed"),
}

_log: Final = logging.getLogger(__name__)


def sweep_expiries(now: datetime) -> None:
    """Tell of certificates that have crossed a threshold, all in one message; called every hour.

    However many processes look at once, each certificate and threshold is told of once.
    """
    settings, targets = queries.in_force()
    if targets and settings.expiry:
        try:
            _tell_expiries(settings, targets, now)
        except IntegrityError:
            _log.info("another process has told of expiring certificates just now")


def sweep_log(now: datetime) -> None:
    """Tell of what the log has that is new, a message for each kind; called every minute."""
    settings, targets = queries.in_force()
    if not targets:
        Cursor.objects.all().delete()
        return
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().first()
        if cursor is None:
            Cursor.objects.create(sequence=log.last_sequence())
            return
        entries = log.following(cursor.sequence, limit=AT_ONCE)
        if not entries:
            return
        for notice in _notices(entries, settings):
            outbox.post(notice, targets, at=now)
        cursor.sequence = entries[-1].id
        cursor.save()


def prune(now: datetime) -> None:
    """Forget what was told long ago; called every hour."""
    Told.objects.filter(at__lt=now - REMEMBERED).delete()


def _tell_expiries(settings: AlertSettings, targets: Sequence[Target], now: datetime) -> None:
    furthest = max(settings.thresholds, default=0)
    found = overview.ending(now + timedelta(days=furthest), now - TOLD_AFTER)
    labels = device.location_labels() if found else {}
    endings = (
        Ending(
            one.material_uuid,
            one.name,
            labels.get(one.location, str(one.location)),
            one.serial_hex,
            one.not_after,
        )
        for one in found
    )
    crossed = thresholds.crossed(endings, settings.thresholds, now)
    with transaction.atomic():
        new = _not_told(crossed)
        if not new:
            return
        Told.objects.bulk_create([Told(key=one.key, at=now) for one in new], batch_size=AT_ONCE)
        items = [thresholds.to_item(one, now) for one in new]
        notice = Notice(Event.EXPIRY, thresholds.headline(new), items)
        outbox.post(notice, targets, at=now)


def _not_told(crossed: Sequence[Crossing]) -> list[Crossing]:
    told: set[str] = set()
    for start in range(0, len(crossed), AT_ONCE):
        keys = [one.key for one in crossed[start : start + AT_ONCE]]
        told.update(Told.objects.filter(key__in=keys).values_list("key", flat=True))
    return [one for one in crossed if one.key not in told]


def _notices(entries: Sequence[EventView], settings: AlertSettings) -> Iterator[Notice]:
    wanted = {
        Event.ENROLLMENT_FAILED: settings.enrollment_failed,
        Event.RENEWAL_FAILED: settings.renewal_failed,
        Event.CA_CHANGED: settings.ca_changed,
    }
    for event, is_wanted in wanted.items():
        items = [_item(entry) for entry in entries if is_wanted and _event_of(entry) is event]
        if items:
            one, several = _HEADLINES[event]
            count = len(items)
            yield Notice(event, f"{count} {one if count == 1 else several}.", items)


def _event_of(entry: EventView) -> Event | None:
    """Read what an entry of the log is to be told as: whoever wrote it says so in its details."""
    told = entry.detail.get("alert", "")
    return Event(told) if told in _HEADLINES else None


def _item(entry: EventView) -> Item:
    key = entry.detail.get("location", "")
    return Item(entry.object_name, str(Location(key)) if key else "Device", entry.text)
