"""What can be done with one certificate, and what is being done: for its dialog's buttons."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates import queries
from certificates.models import Enrollment, EnrollmentState, MaterialStatus
from certificates.spec import Usage
from configuration import queries as configuration
from domain.errors import NotFound
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class RenewalView:
    """The renewal of a certificate that the CA has not decided about, or the last one that failed.

    Attributes:
        is_pending: whether the CA is polled; else it came to nothing.
        next_poll_at: when it is polled next; ``None`` when only on demand.
        reason: why it came to nothing, or what the last poll ran into; may be empty.
    """

    job_id: int | None
    is_pending: bool
    requested_at: datetime
    next_poll_at: datetime | None
    polls: int
    transaction_id: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Verbs:
    """What a certificate's dialog offers beside closing it.

    Attributes:
        waits_for_answer: there is a request that another CA has to answer.
        makes_lists: it is a CA that can sign revocation lists.
        is_valid: there is a certificate, and it is not revoked.
        revoked_at: since when it is revoked; ``None`` when it is not.
    """

    waits_for_answer: bool
    makes_lists: bool
    is_valid: bool
    revoked_at: datetime | None
    reason: str
    block_key_export: bool
    renewal: RenewalView | None


@dataclass(frozen=True, slots=True)
class Used:
    """What an entry is used for, and the version that says so."""

    name: str
    location: Location
    version: int
    usages: frozenset[Usage]


def verbs(entry_uuid: UUID) -> Verbs:
    """Return what can be done with a certificate of the candidate.

    Raises:
        NotFound: the candidate has no such certificate.
    """
    row = queries.in_candidate().filter(entry_id=entry_uuid).first()
    if row is None:
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    has_key = row.key_secret is not None
    is_valid = row.status == MaterialStatus.VALID
    return Verbs(
        waits_for_answer=row.status == MaterialStatus.PENDING and bool(row.csr_der),
        makes_lists=row.is_ca and has_key and is_valid,
        is_valid=is_valid,
        revoked_at=row.revoked_at,
        reason=row.revocation_reason,
        block_key_export=row.block_key_export,
        renewal=_renewal(row.uuid),
    )


def used(entry_uuid: UUID) -> Used:
    """Return what a certificate of the candidate is used for.

    Raises:
        NotFound: the candidate has no such certificate.
    """
    entry = configuration.candidate(entry_uuid)
    row = queries.in_candidate().filter(entry_id=entry_uuid).first()
    if entry is None or row is None:
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    return Used(entry.name, entry.location, entry.version, queries.usages(row.entry))


def _renewal(material: UUID) -> RenewalView | None:
    """Return the latest renewal of the current certificate, unless it was given up."""
    row = Enrollment.objects.filter(renews_id=material).order_by("-requested_at").first()
    told = {EnrollmentState.PENDING, EnrollmentState.REFUSED, EnrollmentState.FAILED}
    if row is None or row.state not in told:
        return None
    return RenewalView(
        job_id=row.poll_job_id or row.job_id,
        is_pending=row.state == EnrollmentState.PENDING,
        requested_at=row.requested_at,
        next_poll_at=row.next_poll_at,
        polls=row.polls,
        transaction_id=row.transaction_id,
        reason=row.reason,
        hint=row.hint,
    )
