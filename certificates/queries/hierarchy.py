"""Where a certificate stands: the chain up to its root, and what it has issued itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from certificates import rules
from certificates.models import ListedCertificate, Material, MaterialStatus
from certificates.queries import trust
from certificates.queries.rows import TONES
from certificates.queries.tree import DEEPEST
from certificates.queries.trust import Trust
from certificates.rules import Status
from domain.actors import Actor
from domain.locations import SHARED
from pki.default_cas import DefaultCa

LONGEST: Final = 16
"""Longest chain that is followed; each link costs a query, and real chains have four."""

SHOWN_BELOW: Final = 10
"""Most certificates listed below a CA; the list of certificates has the rest."""

_KINDS: Final = (True, False)
"""CAs before leaves, apart: the table has an index of each, which answers without its rows."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One certificate of the tree.

    Attributes:
        uuid: its entry; ``None`` when the candidate has it not, or the reader may not see it.
        label: its name, or its subject when it has none to show.
        is_self: whether it is the certificate shown.
        level: 1 for the root, one more for each below it, as deep as lists draw.
        issued: how many certificates of the candidate it has issued, as far as the reader sees.
        default_ca: which default trusted CA it is, when it is shown as one.
    """

    uuid: UUID | None
    label: str
    subject: str
    status: Status
    is_self: bool
    level: int
    issued: int
    default_ca: UUID | None = None

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the status."""
        return TONES[self.status]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree around one certificate.

    Attributes:
        links: from the root, or the highest certificate here, down to the certificate itself.
        below: the first of those that it has issued.
        unlisted: how many more it has issued.
        missing: who issued the first link, when that certificate is not on this device.
        trust: whether the first link is trusted; ``None`` when that cannot be told.
    """

    links: tuple[ChainLink, ...]
    below: tuple[ChainLink, ...]
    unlisted: int
    missing: str
    trust: Trust | None


def hierarchy(material: Material, at: datetime, by: Actor) -> Hierarchy:
    """Return the tree around a certificate, as far as someone may look at certificates.

    Costs a query for each certificate above it and six more, however many are below.
    """
    steps = _upwards(material)
    seen = _seen(by)
    top, trusted = steps[0], trust.trust(steps[0])
    ca = trusted.ca if trusted else None
    # A default CA that is a certificate of the device as well is told once.
    roots = [_root(ca, at)] if ca and ca.der != bytes(top.certificate_der) else []
    listed = {row.material_id: row for row in seen.filter(material__in=steps)}
    issued = _issued(seen, steps)
    links = [
        _link(step, listed.get(step.pk), at, level=level, issued=issued[step.pk])
        for level, step in enumerate(steps, start=len(roots) + 1)
    ]
    below = _below(seen, material, at, level=len(roots) + len(steps) + 1)
    is_whole = top.subject_hash == top.issuer_hash or ca is not None
    return Hierarchy(
        links=(*roots, *links[:-1], replace(links[-1], is_self=True)),
        below=below,
        unlisted=links[-1].issued - len(below),
        missing="" if is_whole else top.issuer,
        trust=trusted,
    )


def _below(
    seen: QuerySet[ListedCertificate], material: Material, at: datetime, *, level: int
) -> tuple[ChainLink, ...]:
    issued = seen.filter(issuer_material_id=material.pk).select_related("material")
    found: list[ListedCertificate] = []
    for is_ca in _KINDS:
        ordered = issued.filter(is_ca=is_ca).order_by("name", "location", "pk")
        found += ordered[: SHOWN_BELOW - len(found)]
    return tuple(_link(child.material, child, at, level=level, issued=0) for child in found)


def _root(ca: DefaultCa, at: datetime) -> ChainLink:
    return ChainLink(
        uuid=None,
        label=ca.name,
        subject=ca.subject,
        status=rules.validity(ca.not_before, ca.not_after, at),
        is_self=False,
        level=1,
        issued=0,
        default_ca=ca.uuid,
    )


def _upwards(material: Material) -> list[Material]:
    """List the certificates above one and itself, the highest first."""
    steps: list[Material] = []
    step: Material | None = material
    while step is not None and step not in steps and len(steps) < LONGEST:
        steps.insert(0, step)
        step = step.issuer_material
    return steps


def _seen(by: Actor) -> QuerySet[ListedCertificate]:
    rows = ListedCertificate.objects.defer("search_text")
    places = [place.key for place in (*by.scope, SHARED)]
    return rows.filter(location__in=places) if by.scope else rows


def _issued(seen: QuerySet[ListedCertificate], steps: Sequence[Material]) -> Counter[UUID]:
    below = seen.filter(issuer_material_id__in=[step.pk for step in steps]).order_by()
    counts: Counter[UUID] = Counter()
    for is_ca in _KINDS:
        rows = below.filter(is_ca=is_ca).values_list("issuer_material_id")
        counts.update(
            {issuer: count for issuer, count in rows.annotate(count=Count("*")) if issuer}
        )
    return counts


def _link(
    material: Material, row: ListedCertificate | None, at: datetime, *, level: int, issued: int
) -> ChainLink:
    return ChainLink(
        uuid=row.pk if row else None,
        label=row.name if row else material.subject,
        subject=material.subject,
        status=_status(material, at),
        is_self=False,
        level=min(level, DEEPEST),
        issued=issued,
    )


def _status(material: Material, at: datetime) -> Status:
    if material.status == MaterialStatus.REVOKED:
        return Status.REVOKED
    if material.not_before is None or material.not_after is None:
        return Status.PENDING
    return rules.validity(material.not_before, material.not_after, at)
