"""Rows of the list as people see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates import queries, rules
from certificates.models import EnrollmentState, ListedCertificate, MaterialStatus
from certificates.queries import automatic, checks, tree
from certificates.rules import Status
from certificates.spec import Usage
from configuration import queries as configuration
from domain.locations import Location
from pki.weaknesses import TITLES
from profiles import queries as profiles

TONES: Final = {
    Status.VALID: "ok",
    Status.EXPIRING: "warn",
    Status.EXPIRED: "error",
    Status.NOT_YET_VALID: "warn",
    Status.PENDING: "busy",
    Status.REFUSED: "error",
    Status.REVOKED: "error",
}
"""Which of the page's status shapes goes with a status."""


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One row of the list.

    Attributes:
        uuid: of the certificate entry.
        level: 1 for a certificate whose issuer is not listed, else one more than its issuer's.
        begins: start of validity; ``None`` while there is no certificate. Likewise ``expires``.
        remaining: until or since the end of validity, in words; empty while there is none.
        remark: why a request was refused, what its last poll ran into, or what its CA says about
            revocation, with the age of that; may be empty.
        state: ``"committed"``, ``"new"`` or ``"changed"``, against the running configuration.
        profile: name of the SCEP profile that brought it; empty when none did, or it is gone.
        weak: titles of its weaknesses.
        usages: what the device uses it for, in the words of the dialog.
        used_by: where other objects name it, in the words of the product.
        renewal: how it is renewed by itself; ``None`` when it is not, or was not asked for.
    """

    uuid: UUID
    name: str
    location: Location
    subject: str
    issuer: str
    is_ca: bool
    has_key: bool
    begins: datetime | None
    expires: datetime | None
    remaining: str
    status: Status
    remark: str
    algorithm: str
    signature: str
    serial_hex: str
    level: int
    state: str
    profile: str
    weak: tuple[str, ...]
    usages: tuple[str, ...]
    used_by: tuple[str, ...]
    renewal: automatic.Plan | None = None

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the status."""
        return TONES[self.status]

    @property
    def is_over(self) -> bool:
        """Whether nothing accepts it any more."""
        return self.status in {Status.EXPIRED, Status.REVOKED}

    @property
    def is_committed(self) -> bool:
        """Whether the running configuration has it like this."""
        return self.state == "committed"


def rows_of(
    placed: Sequence[tree.Placed], at: datetime, *, used_by: bool, renewal: bool = False
) -> tuple[CertificateRow, ...]:
    """Show some entries, in their order; a fixed number of queries.

    Args:
        placed: entries that are listed, each with its level.
        at: the time, for their status.
        used_by: whether to find out who refers to them.
        renewal: whether to find out when they are renewed by themselves.
    """
    uuids = [uuid for uuid, _ in placed]
    listed = ListedCertificate.objects.select_related("enrollment", "entry").defer("search_text")
    found = {row.pk: row for row in listed.filter(pk__in=uuids)}
    around = _Around(
        configuration.state_of(queries.KIND, uuids=uuids),
        profiles.names({row.profile_uuid for row in found.values() if row.profile_uuid}),
        _references(found.values()) if used_by else {},
        automatic.plans(uuids, at) if renewal else {},
        checks.views(uuids, at),
    )
    return tuple(_row(found[uuid], level, around, at) for uuid, level in placed)


def _references(rows: Collection[ListedCertificate]) -> dict[configuration.Place, tuple[str, ...]]:
    places = [(Location(row.location), row.name) for row in rows]
    found = configuration.references(queries.KIND, places)
    return {place: tuple(map(str, references)) for place, references in found.items()}


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rows of a page need to know of other tables."""

    states: dict[UUID, configuration.ObjectState]
    profiles: dict[UUID, str]
    references: dict[configuration.Place, tuple[str, ...]]
    renewals: dict[UUID, automatic.Plan]
    checks: dict[UUID, tuple[str, checks.CheckView]]

    def check_words(self, row: ListedCertificate) -> str:
        """Say what the CA said about a certificate; nothing when it was about another."""
        serial, found = self.checks.get(row.pk, ("", None))
        return found.words if found and serial == row.serial_hex else ""


def status_of(row: ListedCertificate, at: datetime) -> Status:
    """Say in one word how a certificate stands."""
    if row.status == MaterialStatus.PENDING:
        # Without an enrollment it is a request that the admin takes to another CA.
        enrollment = row.enrollment
        is_open = enrollment is None or enrollment.state == EnrollmentState.PENDING
        return Status.PENDING if is_open else Status.REFUSED
    if row.status == MaterialStatus.REVOKED:
        return Status.REVOKED
    assert row.not_before is not None  # noqa: S101 - the material's constraint
    assert row.not_after is not None  # noqa: S101 - the material's constraint
    return rules.validity(row.not_before, row.not_after, at)


def _row(row: ListedCertificate, level: int, around: _Around, at: datetime) -> CertificateRow:
    enrollment = row.enrollment if row.status == MaterialStatus.PENDING else None
    location = Location(row.location)
    return CertificateRow(
        uuid=row.pk,
        name=row.name,
        location=location,
        subject=row.subject,
        issuer=row.issuer,
        is_ca=row.is_ca,
        has_key=bool(row.has_key or (enrollment and enrollment.key_secret)),
        begins=row.not_before,
        expires=row.not_after,
        remaining=rules.relative(row.not_after, at) if row.not_after else "",
        status=status_of(row, at),
        remark=enrollment.reason if enrollment else around.check_words(row),
        algorithm=f"{row.algorithm} {row.key_bits}" if row.algorithm else "",
        signature=row.signature_algorithm,
        serial_hex=row.serial_hex,
        level=level,
        state=around.states.get(row.pk, "new"),
        profile=around.profiles.get(row.profile_uuid, "") if row.profile_uuid else "",
        weak=tuple(TITLES[code] for code in row.weaknesses.split()),
        usages=tuple(usage.label for usage in Usage if usage in queries.usages(row.entry)),
        used_by=around.references.get((location, row.name), ()),
        renewal=around.renewals.get(row.pk),
    )
