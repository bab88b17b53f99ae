"""The certificates that an entry has had: each takes the place of the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates.models import Material, MaterialStatus, Source

MOST: Final = 50
"""Most certificates of one entry that are told, the newest ones."""

_BROUGHT_BY: Final = {
    Source.SCEP_CA: "CA certificate of a SCEP profile",
    Source.SCEP_RA: "RA certificate of a SCEP profile",
    Source.SCEP_CHAIN: "chain of a SCEP profile",
    Source.ENROLLMENT: "SCEP enrollment",
    Source.LOCAL: "made on this device",
    Source.IMPORT: "imported",
}


@dataclass(frozen=True, slots=True)
class Generation:
    """One certificate that an entry has had, or has.

    Attributes:
        material: identifies it.
        began_at: since when the entry had it.
        ended_at: until when; ``None`` for the one it has now.
        brought_by: how it came, in words.
        job_id: the job of the enrollment that brought it; ``None`` without one.
        is_shown: whether it is the one that the dialog shows.
    """

    material: UUID
    serial_hex: str
    not_after: datetime | None
    began_at: datetime
    ended_at: datetime | None
    brought_by: str
    job_id: int | None
    requested_by: str
    is_shown: bool

    @property
    def label(self) -> str:
        """What to call it: its serial number."""
        return self.serial_hex or "requested"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What an entry has had, the newest first.

    Attributes:
        generations: one for each certificate; a revocation makes no new one.
        predecessor: the certificate before the one shown; ``None`` for the first.
        successor: the one that took its place; ``None`` for the current one.
    """

    generations: tuple[Generation, ...]
    predecessor: Generation | None
    successor: Generation | None


def lineage(shown: Material) -> Lineage:
    """Return the certificates of an entry, one of which is shown; one query."""
    rows = Material.objects.filter(entry_id=shown.entry_id).select_related("enrollment")
    newest = rows.order_by("-is_current", "-created_at").defer("csr_der")[:MOST]
    spells = _spells(list(newest))
    ends = [None, *(spell[-1].created_at for spell in spells)]
    generations = tuple(
        _generation(spell, ended_at, shown) for spell, ended_at in zip(spells, ends, strict=False)
    )
    place = next((n for n, one in enumerate(generations) if one.is_shown), None)
    if place is None:
        return Lineage(generations, None, None)
    return Lineage(
        generations,
        predecessor=generations[place + 1] if place + 1 < len(generations) else None,
        successor=generations[place - 1] if place else None,
    )


def _spells(newest: Sequence[Material]) -> list[list[Material]]:
    """Put the rows of one certificate together: revoking it makes another row."""
    spells: list[list[Material]] = []
    for row in newest:
        if row.status == MaterialStatus.PENDING and not row.is_current:
            continue  # a request that was answered, or given up
        if spells and spells[-1][0].fingerprint_sha256 == row.fingerprint_sha256:
            spells[-1].append(row)
        else:
            spells.append([row])
    return spells


def _generation(
    spell: Sequence[Material], ended_at: datetime | None, shown: Material
) -> Generation:
    last, first = spell[0], spell[-1]
    enrollment = last.enrollment
    renews = enrollment is not None and enrollment.renews_id is not None
    return Generation(
        material=last.pk,
        serial_hex=last.serial_hex,
        not_after=last.not_after,
        began_at=first.created_at,
        ended_at=ended_at,
        brought_by="SCEP renewal" if renews else _BROUGHT_BY[Source(last.source)],
        job_id=enrollment.job_id if enrollment else None,
        requested_by=enrollment.requested_by if enrollment else "",
        is_shown=any(row.pk == shown.pk for row in spell),
    )
