"""A page of the tree of certificates by issuer, without reading the rest of the tree.

CAs are few and leaves are many: the CAs are read and ordered, the leaves below each are counted,
and only the leaves of the page are fetched. Below a CA stand first the CAs it issued, each with
what is below it, then its leaves by name; at the top the CAs, then what has no issuer listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from certificates.models import ListedCertificate

DEEPEST: Final = 4
"""Deeper certificates are drawn at this level; real hierarchies have three."""

Placed = tuple[UUID, int]
"""An entry and the level at which it is drawn, from 1."""

_ORDER: Final = ("name", "location", "pk")


@dataclass(frozen=True, slots=True)
class _Ca:
    entry: UUID
    material: UUID
    issuer: UUID | None


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbours in the list: one CA, or leaves of one issuer (``None``: of none listed)."""

    level: int
    length: int
    ca: UUID | None = None
    issuer: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a run that is on the page."""

    run: _Run
    start: int
    stop: int

    @property
    def is_whole(self) -> bool:
        return self.stop - self.start == self.run.length


def cut(rows: QuerySet[ListedCertificate], start: int, size: int) -> tuple[int, list[Placed]]:
    """Return how many rows there are, and those from ``start`` on in the order of the tree.

    Costs two queries, and at most three more for leaves, whatever the number of rows.
    """
    listed = rows.filter(is_ca=True).order_by(*_ORDER)
    cas = [_Ca(*ca) for ca in listed.values_list("pk", "material_id", "issuer_material_id")]
    leaves = rows.filter(is_ca=False)
    counted = leaves.order_by().values_list("issuer_material_id").annotate(count=Count("*"))
    counts = {issuer: count for issuer, count in counted if count}
    parts = list(_overlapping(_runs(cas, counts), start, start + size))
    loose = set(counts) - {ca.material for ca in cas}
    names = _leaves(leaves, parts, loose)
    placed = [
        (entry, part.run.level)
        for part in parts
        for entry in ([part.run.ca] if part.run.ca else names[part.run.issuer])
    ]
    return len(cas) + sum(counts.values()), placed


def _runs(cas: list[_Ca], counts: dict[UUID | None, int]) -> Iterator[_Run]:
    """List all runs in order."""
    known = {ca.material for ca in cas}
    below: dict[UUID | None, list[_Ca]] = {}
    for ca in cas:
        below.setdefault(ca.issuer if ca.issuer in known else None, []).append(ca)
    done: set[UUID] = set()
    # Two CAs may have certified each other: such a ring has no top, so it begins anywhere.
    for top in [*below.get(None, []), *cas]:
        waiting: list[tuple[_Ca, int] | _Run] = [(top, 1)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, _Run):
                yield item
                continue
            ca, level = item
            if ca.material in done:
                continue
            done.add(ca.material)
            yield _Run(level, 1, ca=ca.entry)
            deeper = min(level + 1, DEEPEST)
            if ca.material in counts:
                waiting.append(_Run(deeper, counts[ca.material], issuer=ca.material))
            waiting.extend((child, deeper) for child in reversed(below.get(ca.material, [])))
    loose = sum(count for issuer, count in counts.items() if issuer not in known)
    if loose:
        yield _Run(1, loose)


def _overlapping(runs: Iterator[_Run], start: int, stop: int) -> Iterator[_Part]:
    begin = 0
    for run in runs:
        end = begin + run.length
        if begin < stop and start < end:
            yield _Part(run, max(start - begin, 0), min(stop, end) - begin)
        begin = end


def _leaves(
    leaves: QuerySet[ListedCertificate], parts: list[_Part], loose: set[UUID | None]
) -> dict[UUID | None, list[UUID]]:
    """Fetch the leaves of the page, by issuer: whole runs at once, the first and last alone."""
    found: dict[UUID | None, list[UUID]] = {}
    whole = [part.run.issuer for part in parts if part.run.issuer and part.is_whole]
    if whole:
        rows = leaves.filter(issuer_material_id__in=whole).order_by(*_ORDER)
        for issuer, entry in rows.values_list("issuer_material_id", "pk"):
            found.setdefault(issuer, []).append(entry)
    for part in parts:
        if part.run.ca or part.run.issuer in whole:
            continue
        issuer = part.run.issuer
        wanted = Q(issuer_material_id=issuer) if issuer else _issued_by(loose)
        some = leaves.filter(wanted).order_by(*_ORDER)[part.start : part.stop]
        found[issuer] = list(some.values_list("pk", flat=True))
    return found


def _issued_by(issuers: set[UUID | None]) -> Q:
    known = Q(issuer_material_id__in=[issuer for issuer in issuers if issuer])
    return known | Q(issuer_material_id=None) if None in issuers else known
