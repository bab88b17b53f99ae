"""Everything the dialog of one certificate shows, and its PEM."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import queries as audit
from certificates import rules
from certificates.models import (
    CertificateEntry,
    Enrollment,
    EnrollmentState,
    Material,
    ScepAuthority,
    Source,
)
from certificates.queries.listing import chosen_rows
from certificates.queries.rows import CertificateRow
from certificates.queries.tree import DEEPEST
from domain.errors import NotFound
from pki import bundle, certinfo
from pki.certinfo import CertificateFacts


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One certificate of a chain, the root first.

    Attributes:
        uuid: its entry; ``None`` when it is not in the candidate.
        label: its name, or its subject when it has none.
        is_self: whether it is the certificate shown.
        level: 1 for the root, one more for each below it, as deep as lists draw.
    """

    uuid: UUID | None
    label: str
    subject: str
    is_self: bool
    level: int


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    """Where a certificate came from, or is to come from.

    Attributes:
        is_pending: whether the CA has not decided yet.
        polls: polls made.
        next_poll_at: when it is polled next; ``None`` when only on demand.
        reason: what the last poll ran into, or why the CA refused; may be empty.
        transcripts: what was said to the server at the request and at the last poll.
    """

    profile_name: str
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
    transcripts: tuple[audit.TranscriptView, ...]


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """With which profile a CA or RA certificate came.

    Attributes:
        job_id: the job that asked the server last.
        pinned: whether the profile's fingerprint authenticated it.
        transcripts: what was said to the server then.
    """

    profile_name: str
    fetched_at: datetime
    job_id: int
    pinned: bool
    transcripts: tuple[audit.TranscriptView, ...]


@dataclass(frozen=True, slots=True)
class CertificateDetail:
    """One certificate.

    Attributes:
        row: what the list says about it.
        facts: what the certificate says; ``None`` while there is none.
        began: start of validity in words, as ``"3 days ago"``; likewise ``ends``.
        pem: the certificate; empty while there is none.
    """

    row: CertificateRow
    facts: CertificateFacts | None
    began: str
    ends: str
    pem: str
    chain: tuple[ChainLink, ...]
    enrollment: EnrollmentView | None
    authority: AuthorityView | None

    @property
    def origin(self) -> EnrollmentView | AuthorityView | None:
        """What brought the certificate; ``None`` when that is not known."""
        return self.enrollment or self.authority


def certificate_detail(uuid: UUID, at: datetime, *, bodies: bool = True) -> CertificateDetail:
    """Return everything about one certificate of the candidate.

    Args:
        uuid: its entry.
        at: the time, for how long it is valid.
        bodies: whether transcripts say how bodies begin; for those who may edit profiles only.

    Raises:
        NotFound: the candidate has no certificate with this UUID.
    """
    listed = chosen_rows([uuid], at)
    material = Material.objects.filter(entry_id=uuid, is_current=True).first()
    if material is None or not listed:
        raise _not_found()
    der = bytes(material.certificate_der)
    facts = certinfo.read(der) if der else None
    return CertificateDetail(
        row=listed[0],
        facts=facts,
        began=rules.relative(facts.not_before, at) if facts else "",
        ends=rules.relative(facts.not_after, at) if facts else "",
        pem=bundle.to_pem(der) if der else "",
        chain=_chain(material),
        enrollment=_enrollment(material.enrollment, bodies=bodies),
        authority=_authority(material, bodies=bodies),
    )


def _chain(material: Material) -> tuple[ChainLink, ...]:
    steps: list[Material] = []
    step: Material | None = material
    while step is not None and step not in steps:
        steps.insert(0, step)
        step = step.issuer_material
    entries = CertificateEntry.objects.select_related("object")
    names = {
        entry.pk: entry.object.name
        for entry in entries.filter(pk__in=[step.entry_id for step in steps])
    }
    return tuple(
        ChainLink(
            uuid=step.entry_id if step.entry_id in names else None,
            label=names.get(step.entry_id, step.subject),
            subject=step.subject,
            is_self=step == material,
            level=min(level, DEEPEST),
        )
        for level, step in enumerate(steps, start=1)
    )


def _enrollment(row: Enrollment | None, *, bodies: bool) -> EnrollmentView | None:
    if row is None:
        return None
    return EnrollmentView(
        profile_name=row.profile_name,
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
            for transcript in audit.transcripts_of_job(job_id, bodies=bodies)
        ),
    )


def _authority(material: Material, *, bodies: bool) -> AuthorityView | None:
    if material.source == Source.ENROLLMENT or material.profile_uuid is None:
        return None
    row = ScepAuthority.objects.filter(profile_uuid=material.profile_uuid).first()
    if row is None:
        return None
    transcripts = tuple(
        transcript
        for transcript in audit.transcripts_of_job(row.job_id, bodies=bodies)
        if transcript.profile_name == row.profile_name
    )
    return AuthorityView(row.profile_name, row.fetched_at, row.job_id, row.pinned, transcripts)


def _not_found() -> NotFound:
    return NotFound("There is no such certificate.", hint="Reload the list.")
