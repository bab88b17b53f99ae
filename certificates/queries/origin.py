"""Where a certificate came from: the profile and its server, the enrollment, what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from audit import queries as audit
from certificates.models import Enrollment, EnrollmentState, Material, ScepAuthority, Source
from domain.actions import Action
from domain.actors import Actor
from domain.locations import Location
from domain.permissions import may
from profiles import queries as profiles

Transcripts: TypeAlias = tuple[audit.TranscriptView, ...]


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    """The request that brought a certificate, or is to bring it.

    Attributes:
        profile_uuid: the SCEP profile, if the candidate has it still.
        profile_name: its name then.
        is_renewal: whether it took the place of another certificate.
        is_pending: whether the CA has not decided yet.
        polls: polls made.
        next_poll_at: when it is polled next; ``None`` when only on demand.
        reason: what the last poll ran into, or why the CA refused; may be empty.
        transcripts: what was said to the server at the request and at the last poll.
    """

    profile_uuid: UUID | None
    profile_name: str
    is_renewal: bool
    requested_by: str
    requested_at: datetime
    job_id: int | None
    transaction_id: str
    is_pending: bool
    is_refused: bool
    polls: int
    next_poll_at: datetime | None
    reason: str
    hint: str
    transcripts: Transcripts


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """With which profile a CA or RA certificate came.

    Attributes:
        profile_uuid: the SCEP profile, if the candidate has it still.
        job_id: the job that asked the server last.
        pinned: whether the profile's fingerprint authenticated it.
        transcripts: what was said to the server then.
    """

    profile_uuid: UUID | None
    profile_name: str
    fetched_at: datetime
    job_id: int
    pinned: bool
    transcripts: Transcripts


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a certificate, and where it stands: for what else is told about it."""

    by: Actor
    location: Location

    def may(self, action: Action) -> bool:
        """Tell whether the reader may do something there."""
        return may(self.by, action, self.location)


def of_enrollment(row: Enrollment | None, reader: Reader) -> EnrollmentView | None:
    """Return the request that brought a certificate; ``None`` when none did."""
    if row is None:
        return None
    return EnrollmentView(
        profile_uuid=_profile(row.profile_uuid),
        profile_name=row.profile_name,
        is_renewal=row.renews_id is not None,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        job_id=row.job_id,
        transaction_id=row.transaction_id,
        is_pending=row.state == EnrollmentState.PENDING,
        is_refused=row.state in {EnrollmentState.REFUSED, EnrollmentState.FAILED},
        polls=row.polls,
        next_poll_at=row.next_poll_at,
        reason=row.reason,
        hint=row.hint,
        transcripts=tuple(
            transcript
            for job_id in (row.job_id, row.poll_job_id)
            if job_id is not None
            for transcript in _transcripts(job_id, reader)
        ),
    )


def of_authority(material: Material, reader: Reader) -> AuthorityView | None:
    """Return with which profile a CA's certificate came; ``None`` when with none."""
    if material.source == Source.ENROLLMENT or material.profile_uuid is None:
        return None
    row = ScepAuthority.objects.filter(profile_uuid=material.profile_uuid).first()
    if row is None:
        return None
    transcripts = _transcripts(row.job_id, reader)
    return AuthorityView(
        profile_uuid=_profile(row.profile_uuid),
        profile_name=row.profile_name,
        fetched_at=row.fetched_at,
        job_id=row.job_id,
        pinned=row.pinned,
        transcripts=tuple(one for one in transcripts if one.profile_uuid == row.profile_uuid),
    )


def _profile(uuid: UUID) -> UUID | None:
    return uuid if profiles.names({uuid}) else None


def _transcripts(job_id: int, reader: Reader) -> Transcripts:
    """What was said in a job; how bodies begin is for those only who may edit profiles."""
    if not reader.may(Action.READ_EXCHANGES):
        return ()
    return tuple(audit.transcripts_of_job(job_id, bodies=reader.may(Action.WRITE_SCEP)))
