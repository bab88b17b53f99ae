"""The list of certificates: a tree by issuer, two queries whatever its length."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from certificates import queries, rules
from certificates.models import EnrollmentState, Material, MaterialStatus
from certificates.rules import Status
from configuration import queries as configuration
from domain.locations import Location

DEEPEST: Final = 4
"""Deeper certificates are drawn at this level; real hierarchies have three."""

_TONES: Final = {
    Status.VALID: "ok",
    Status.EXPIRING: "warn",
    Status.EXPIRED: "error",
    Status.NOT_YET_VALID: "warn",
    Status.PENDING: "busy",
    Status.REFUSED: "error",
    Status.REVOKED: "error",
}
_COLUMNS: Final = (
    "uuid",
    "entry_id",
    "status",
    "key_secret",
    "subject",
    "issuer",
    "not_before",
    "not_after",
    "algorithm",
    "key_bits",
    "is_ca",
    "issuer_material_id",
    "entry__object__name",
    "entry__object__location",
    "enrollment__state",
    "enrollment__reason",
    "enrollment__key_secret",
)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One row of the list.

    Attributes:
        uuid: of the certificate entry.
        level: 1 for a certificate whose issuer is not listed, else one more than its issuer's.
        expires: end of validity; ``None`` while there is no certificate.
        remark: why a request was refused, or what its last poll ran into; usually empty.
        state: ``"committed"``, ``"new"`` or ``"changed"``, against the running configuration.
    """

    uuid: UUID
    name: str
    location: Location
    subject: str
    issuer: str
    is_ca: bool
    has_key: bool
    expires: datetime | None
    status: Status
    remark: str
    algorithm: str
    level: int
    state: str

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the status."""
        return _TONES[self.status]

    @property
    def is_committed(self) -> bool:
        """Whether the running configuration has it like this."""
        return self.state == "committed"


def certificate_rows(at: datetime) -> list[CertificateRow]:
    """List the candidate's certificates, each under its issuer, by name."""
    states = configuration.state_of(queries.KIND)
    return [_row(material, level, states, at) for material, level in _as_tree(_materials())]


def chosen_rows(uuids: Collection[UUID], at: datetime) -> list[CertificateRow]:
    """List those of some certificates that the candidate has, each under its issuer."""
    states = configuration.state_of(queries.KIND, uuids=uuids)
    chosen = _materials().filter(entry_id__in=uuids)
    return [_row(material, level, states, at) for material, level in _as_tree(chosen)]


def status_of(material: Material, at: datetime) -> Status:
    """Say in one word how a certificate stands."""
    if material.status == MaterialStatus.PENDING:
        # Without an enrollment it is a request that the admin takes to another CA.
        row = material.enrollment
        is_open = row is None or row.state == EnrollmentState.PENDING
        return Status.PENDING if is_open else Status.REFUSED
    if material.status == MaterialStatus.REVOKED:
        return Status.REVOKED
    assert material.not_before is not None  # noqa: S101 - the table's constraint
    assert material.not_after is not None  # noqa: S101 - the table's constraint
    return rules.validity(material.not_before, material.not_after, at)


def _materials() -> QuerySet[Material]:
    return queries.in_candidate().select_related("enrollment").only(*_COLUMNS)


def _as_tree(rows: Iterable[Material]) -> list[tuple[Material, int]]:
    """Order rows so that each follows its issuer, and give each its level."""
    ordered = sorted(rows, key=lambda row: (row.entry.object.name, row.entry.object.location))
    listed = {row.pk for row in ordered}
    children: dict[UUID | None, list[Material]] = {}
    for row in ordered:
        issuer = row.issuer_material_id
        children.setdefault(issuer if issuer in listed else None, []).append(row)
    tree: list[tuple[Material, int]] = []
    waiting = [(row, 1) for row in reversed(children.get(None, []))]
    while waiting:
        row, level = waiting.pop()
        tree.append((row, level))
        below = min(level + 1, DEEPEST)
        waiting.extend((child, below) for child in reversed(children.get(row.pk, [])))
    return tree


def _row(
    material: Material,
    level: int,
    states: dict[UUID, configuration.ObjectState],
    at: datetime,
) -> CertificateRow:
    enrollment = material.enrollment
    place = material.entry.object
    awaited = enrollment is not None and material.status == MaterialStatus.PENDING
    return CertificateRow(
        uuid=material.entry_id,
        name=place.name,
        location=Location(place.location),
        subject=material.subject,
        issuer=material.issuer,
        is_ca=material.is_ca,
        has_key=bool(material.key_secret or (enrollment and awaited and enrollment.key_secret)),
        expires=material.not_after,
        status=status_of(material, at),
        remark=enrollment.reason if enrollment and awaited else "",
        algorithm=f"{material.algorithm} {material.key_bits}" if material.algorithm else "",
        level=level,
        state=states.get(material.entry_id, "new"),
    )
