"""The list of certificates, page by page: a tree by issuer or flat; a fixed number of queries."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates.models import ListedCertificate
from certificates.queries import filters, tree
from certificates.queries.filters import Filter
from certificates.queries.rows import CertificateRow, rows_of

SORTS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name",),
    "location": ("location",),
    "subject": ("subject",),
    "issuer": ("issuer",),
    "ca": ("is_ca",),
    "key": ("has_key",),
    "begins": ("not_before",),
    "expires": ("not_after",),
    "status": ("status", "not_after"),
    "algorithm": ("algorithm", "key_bits"),
    "signature": ("signature_algorithm",),
    "serial": ("serial_hex",),
    "profile": ("profile_uuid",),
    "weak": ("weaknesses",),
}
"""The columns that a list can be sorted by, and what they order by."""

PAGE_SIZE: Final = 100

BATCH: Final = 500
"""How many rows are read at a time when all are wanted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is wanted, and in which order.

    Attributes:
        sort: a key of :data:`SORTS`; empty for the order of the tree, or by name when flat.
        is_flat: no tree; a list that is sorted or filtered is always flat, because what remains
            of a tree then has lost its branches.
        number: of the page, from 1; one beyond the end is the last.
        used_by: whether to find out who refers to each certificate.
        renewal: whether to find out when each is renewed by itself.
    """

    filter: Filter = field(default_factory=Filter)
    sort: str = ""
    descending: bool = False
    is_flat: bool = False
    number: int = 1
    size: int = PAGE_SIZE
    used_by: bool = True
    renewal: bool = False

    @property
    def is_tree(self) -> bool:
        """Whether certificates stand under their issuers."""
        return not self.is_flat and not self.sort and self.filter.is_empty


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list.

    Attributes:
        number: of the page, from 1.
        size: most rows on a page.
        count: rows that pass the filter.
        total: rows in all, in the locations that the admin looks at.
        is_tree: whether certificates stand under their issuers.
    """

    number: int
    size: int
    count: int
    total: int
    is_tree: bool
    rows: tuple[CertificateRow, ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.count // self.size))

    @property
    def first(self) -> int:
        """Place of the first row in the whole list, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Place of the last row in the whole list."""
        return (self.number - 1) * self.size + len(self.rows)

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number < self.pages else None


def page(wanted: Wanted, at: datetime) -> Page:
    """Return a page of the candidate's certificates."""
    total = filters.narrowed(Filter(seen=wanted.filter.seen), at).count()
    start = (wanted.number - 1) * wanted.size
    count, placed = _cut(wanted, at, start)
    if not placed and count:
        start = (count - 1) // wanted.size * wanted.size
        count, placed = _cut(wanted, at, start)
    rows = rows_of(placed, at, used_by=wanted.used_by, renewal=wanted.renewal)
    return Page(
        start // wanted.size + 1 if count else 1, wanted.size, count, total, wanted.is_tree, rows
    )


def chosen_rows(uuids: Collection[UUID], at: datetime) -> list[CertificateRow]:
    """List those of some certificates that the candidate has, each under its issuer."""
    chosen = ListedCertificate.objects.filter(pk__in=uuids)
    _, placed = tree.cut(chosen, 0, len(uuids))
    return list(rows_of(placed, at, used_by=False))


def every_row(wanted: Wanted, at: datetime) -> Iterator[CertificateRow]:
    """Go through all certificates that pass a filter, some hundreds at a time."""
    number = 1
    while number:
        some = page(replace(wanted, number=number, size=BATCH, used_by=True), at)
        yield from some.rows
        number = some.after or 0


def _cut(wanted: Wanted, at: datetime, start: int) -> tuple[int, list[tree.Placed]]:
    if wanted.is_tree:
        return tree.cut(filters.narrowed(wanted.filter, at), start, wanted.size)
    rows = filters.narrowed(wanted.filter, at)
    keys = SORTS.get(wanted.sort, SORTS["name"])
    sign = "-" if wanted.descending else ""
    rest = [key for key in ("name", "location", "pk") if key not in keys]
    ordered = rows.order_by(*(f"{sign}{key}" for key in keys), *rest)
    found = ordered.values_list("pk", flat=True)[start : start + wanted.size]
    return rows.count(), [(pk, 1) for pk in found]
