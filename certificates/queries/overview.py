"""Certificates of the candidate in numbers: how many pass filters, how many end when."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import CharField, Count
from django.db.models.functions import Cast, Substr

from certificates.models import ListedCertificate, MaterialStatus
from certificates.queries import filters
from certificates.queries.filters import Days, Filter, narrowed
from domain.locations import Location

_DAY_LENGTH: Final = len("2027-03-31")


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that ends.

    Attributes:
        material_uuid: the certificate; a renewed one is another.
    """

    material_uuid: UUID
    name: str
    location: Location
    serial_hex: str
    not_after: datetime


def counts(wanted: Mapping[str, Filter], among: Filter, at: datetime) -> dict[str, int]:
    """Return how many of some certificates pass each of some filters; one query."""
    numbers = {name: Count("pk", filter=filters.condition(one, at)) for name, one in wanted.items()}
    found: dict[str, int] = narrowed(among, at).aggregate(**numbers)
    return found


def ends(spans: Sequence[Days], among: Filter, at: datetime) -> list[int]:
    """Return how many of some certificates end in each of some spans; one query.

    Args:
        spans: one behind the other, without gaps; at least one.
        among: which certificates count.
        at: the time.
    """
    in_all = filters.condition(Filter(ends_in=Days(spans[0].first, spans[-1].last)), at)
    # The text of a time begins with its day, in UTC, in both databases. To cut a time is a
    # function in Python for every row in SQLite, and to compare it with each span costs as much.
    day = Substr(Cast("not_after", CharField()), 1, _DAY_LENGTH)
    rows = narrowed(among, at).filter(in_all).order_by().annotate(day=day)
    lasts = [span.last for span in spans]
    found = [0] * len(spans)
    for text, count in rows.values_list("day").annotate(Count("pk")):
        found[bisect_left(lasts, date.fromisoformat(text))] += count
    return found


def ending(until: datetime, since: datetime) -> list[Ending]:
    """List what ends in a time, unless it was revoked; one query."""
    rows = ListedCertificate.objects.filter(
        status=MaterialStatus.VALID, not_after__gte=since, not_after__lte=until
    )
    found = rows.values_list("material_id", "name", "location", "serial_hex", "not_after")
    return [
        Ending(material, name, Location(location), serial, end)
        for material, name, location, serial, end in found
        if end is not None
    ]
