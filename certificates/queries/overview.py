"""Certificates of the candidate in numbers: how many pass filters, how many end when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Value, When

from certificates.models import ListedCertificate, MaterialStatus
from certificates.queries import filters
from certificates.queries.filters import Days, Filter, narrowed
from domain.locations import Location


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
    # A comparison for each span until one holds: far cheaper than to cut dates in the database.
    steps = [When(not_after__lte=span.end, then=Value(number)) for number, span in enumerate(spans)]
    place = Case(*steps, output_field=IntegerField())
    rows = narrowed(among, at).filter(in_all).order_by().annotate(place=place)
    found = dict(rows.values_list("place").annotate(Count("pk")))
    return [found.get(number, 0) for number in range(len(spans))]


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
