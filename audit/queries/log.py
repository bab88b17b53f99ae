"""The device's log as admins read it: configuration and system, filtered, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from audit.models import AuditEvent
from audit.queries import EventView, event_view, paging
from audit.queries.paging import Page
from domain.errors import NotFound
from domain.locations import Location

EXPORT_MAX: Final = 100_000
"""Most entries of an export; the newest."""

_CONFIGURATION_KINDS: Final = ("config", "commit", "lock")


class Log(StrEnum):
    """The two halves of the log."""

    CONFIGURATION = "configuration"
    """Edits, commits and locks."""
    SYSTEM = "system"
    """Sign-ins, jobs, certificates, the device itself."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as it decides what is shown.

    Attributes:
        name: an admin's name: one's own entries are always shown.
        locations: those whose entries the admin may see; empty means everything.
    """

    name: str
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to list.

    Attributes:
        kind: only of this kind.
        admin: only by this admin.
        outcome: ``"ok"`` or ``"failed"``; empty means both.
        text: only those in which this stands, in any case.
        seen: only those of these locations and of no location; ``None`` for all.
    """

    log: Log
    reader: Reader
    kind: str = ""
    admin: str = ""
    outcome: str = ""
    text: str = ""
    seen: frozenset[Location] | None = None


def page(wanted: Wanted, number: int) -> Page[EventView]:
    """Return a page of the log; one beyond the end is the last."""
    return paging.cut(_chosen(wanted), number, _views)


def newest(wanted: Wanted) -> Iterator[EventView]:
    """Go through the newest entries, for an export."""
    rows = _chosen(wanted)[:EXPORT_MAX]
    return (event_view(row) for row in rows.iterator(chunk_size=1000))


def entry(sequence: int, reader: Reader) -> EventView:
    """Return one entry.

    Raises:
        NotFound: there is none with this number, or it is not for this reader.
    """
    row = AuditEvent.objects.filter(_visible(reader), sequence=sequence).first()
    if row is None:
        raise NotFound(f"There is no entry {sequence} in the log, or it is not for you to see.")
    return event_view(row)


def kinds(log: Log) -> list[str]:
    """List the kinds of entries that a half of the log has."""
    found = _half(log).order_by("kind").values_list("kind", flat=True).distinct()
    return list(found)


def admins(log: Log) -> list[str]:
    """List who has entries in a half of the log."""
    found = _half(log).order_by("actor").values_list("actor", flat=True).distinct()
    return list(found)


def _chosen(wanted: Wanted) -> QuerySet[AuditEvent]:
    rows = _half(wanted.log).filter(_visible(wanted.reader))
    exact = {"kind": wanted.kind, "actor": wanted.admin, "outcome": wanted.outcome}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.seen is not None:
        keys: list[Any] = [location.key for location in wanted.seen]
        rows = rows.filter(Q(detail__location__in=keys) | Q(detail__location__isnull=True))
    if wanted.text:
        text = wanted.text
        rows = rows.filter(Q(text__icontains=text) | Q(object_name__icontains=text))
    return rows.order_by("-sequence")


def half_of(kind: str) -> Log:
    """Tell which half of the log has entries of a kind."""
    return Log.CONFIGURATION if kind in _CONFIGURATION_KINDS else Log.SYSTEM


def _half(log: Log) -> QuerySet[AuditEvent]:
    is_configuration = Q(kind__in=_CONFIGURATION_KINDS)
    wanted = is_configuration if log is Log.CONFIGURATION else ~is_configuration
    return AuditEvent.objects.filter(wanted)


def _visible(reader: Reader) -> Q:
    if not reader.locations:
        return Q()
    keys: list[Any] = [location.key for location in reader.locations]
    return Q(actor=reader.name) | Q(detail__location__in=keys)


def _views(rows: Sequence[AuditEvent]) -> tuple[EventView, ...]:
    return tuple(event_view(row) for row in rows)


def last_sequence() -> int:
    """Return the number of the newest entry; 0 in an empty log."""
    newest_row = AuditEvent.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return newest_row or 0


def following(sequence: int, *, limit: int) -> list[EventView]:
    """Return the entries that come after one, oldest first."""
    rows = AuditEvent.objects.filter(sequence__gt=sequence).order_by("sequence")
    return [event_view(row) for row in rows[:limit]]
