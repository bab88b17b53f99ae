"""Doing what an enrollment asks for: prepare, send, store; later, poll.

Read, then talk to servers with no transaction open, then write. A run may be killed anywhere; see
:mod:`certificates.services.preparing` for what the next run of the same job does.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from audit.services import TranscriptStart
from certificates.models import Enrollment, EnrollmentState
from certificates.services import fallback, outcome, preparing, requesting
from certificates.services.exchange import Exchange, transcript
from certificates.services.outcome import Failure, Standing
from certificates.services.preparing import Work
from certificates.services.requesting import Ready
from domain.errors import Refused
from domain.locations import Location
from jobs.handlers import JobFailed, LeaseLost, RunningJob, TryAgain
from pki.errors import PkiError
from profiles import queries as profiles
from scep import client
from scep.client import EnrollmentResult, Issued
from scep.errors import EnrollmentRefused, HttpRefused, ScepError, TransportFailed
from scep.transcript import StepName

_RESENT: Final = (
    "The request was sent more than once, unchanged, because no answer came. "
    "The CA may have issued a certificate for it: look for transaction {transaction}."
)

_BUSY: Final = frozenset({429, 502, 503, 504})
"""HTTP statuses of a server that is overloaded, or that a proxy cannot reach."""

_BROKEN: Final = "An internal error stopped the poll ({kind})."


class ProfileGone(Refused):
    """The profile is no longer part of the running configuration."""


def run(*, uuid: UUID, job: RunningJob, exchange: Exchange) -> Standing:
    """Get the certificate that an enrollment wants; running it again never asks twice.

    Raises:
        JobFailed: there is no certificate; the enrollment says why.
        TryAgain: the server may have the request and did not answer.
    """
    row = Enrollment.objects.get(uuid=uuid)
    if row.state not in {EnrollmentState.QUEUED, EnrollmentState.PREPARED}:
        return outcome.standing(row)
    try:
        work, ready, result = _asked(row, job, exchange)
        return _keep(work, ready, result)
    except (ScepError, Refused, PkiError) as error:
        resumes = row.state == EnrollmentState.PREPARED
        failure = outcome.failure_of(error)
        if is_unanswered(error, resumes=resumes) and (after := outcome.unanswered(uuid=uuid)):
            raise TryAgain(failure.fact, failure.hint, after=after) from error
        at = exchange.clock()
        hints = (failure.hint, _what_to_look_for(row) if resumes else "", _left(row, error, at))
        failure = replace(failure, hint=" ".join(filter(None, hints)))
        outcome.failed(uuid=uuid, failure=failure, by=job.by, at=at)
        raise JobFailed(failure.fact, failure.hint) from error


def _asked(
    row: Enrollment, job: RunningJob, exchange: Exchange
) -> tuple[Work, Ready, EnrollmentResult]:
    """Ask for the certificate; a renewal that is refused, in each way that is left."""
    while True:
        ready: Ready | None = None
        profile = _profile(row)
        kind = "renew" if row.renews_id else "enroll"
        try:
            with transcript(_start(row, kind, job), exchange.clock) as record:
                work = Work(row, profile, job, exchange, record)
                if row.state == EnrollmentState.PREPARED:
                    job.say("The stored request is sent again, unchanged")
                    ready = preparing.restore(row)
                else:
                    ready = preparing.prepare_new(work)
                job.progress(70)
                return work, ready, requesting.ask(work.order, ready, client.Enroll)
        except EnrollmentRefused as refusal:
            way = fallback.next_way(row, profile.spec, ready, refusal) if ready else None
            if way is None:
                raise
            job.say(fallback.words(refusal, way), level="warning")
            row.refresh_from_db()
            fallback.begin_again(row, way)


def poll(*, uuid: UUID, number: int, job: RunningJob, exchange: Exchange) -> Standing:
    """Ask whether the CA has decided.

    Args:
        uuid: the enrollment.
        number: polls made when this one was planned; if there were more since, it is left out.
        job: the job.
        exchange: how servers are reached.

    Raises:
        JobFailed: there was no usable answer, or the CA refused.
    """
    row = Enrollment.objects.get(uuid=uuid)
    if row.state != EnrollmentState.PENDING or number != row.polls:
        return outcome.standing(row)
    Enrollment.objects.filter(uuid=uuid).update(poll_job_id=job.id)
    try:
        with transcript(_start(row, "poll", job), exchange.clock) as record:
            work = Work(row, _profile(row), job, exchange, record)
            ready = preparing.restore(row)
            result = requesting.ask(work.order, ready, client.Poll)
        return _keep(work, ready, result)
    except (ScepError, Refused, PkiError) as error:
        raise _poll_failed(row, outcome.failure_of(error), job, exchange) from error
    except (JobFailed, LeaseLost):
        raise
    except Exception as error:  # A bug must not be the end of polling.
        failure = Failure(_BROKEN.format(kind=type(error).__name__), "", outcome.BROKEN)
        outcome.polled_in_vain(uuid=uuid, failure=failure, at=exchange.clock())
        raise


def is_unanswered(error: Exception, *, resumes: bool) -> bool:
    """Tell whether the server may have the request, or had it before, and has not answered.

    Its certificate may exist then, so the request is sent again, unchanged, until there is an
    answer. A server that was never reached is a failure to show at once.
    """
    if isinstance(error, TransportFailed):
        return resumes or error.stage is StepName.PKIOPERATION
    return (
        isinstance(error, HttpRefused)
        and error.status in _BUSY
        and (resumes or error.stage is StepName.PKIOPERATION)
    )


def _left(row: Enrollment, error: Exception, at: datetime) -> str:
    """Say what a refused renewal leaves to do."""
    profile = profiles.running_profile(row.profile_uuid)
    if profile is None or not isinstance(error, EnrollmentRefused):
        return ""
    return fallback.hint(row, profile.spec, error, at)


def _what_to_look_for(row: Enrollment) -> str:
    row.refresh_from_db(fields=["transaction_id"])
    return _RESENT.format(transaction=row.transaction_id)


def _poll_failed(
    row: Enrollment, failure: Failure, job: RunningJob, exchange: Exchange
) -> JobFailed:
    at = exchange.clock()
    if failure.is_final:
        outcome.failed(uuid=row.uuid, failure=failure, by=job.by, at=at)
        return JobFailed(failure.fact, failure.hint)
    planned = outcome.polled_in_vain(uuid=row.uuid, failure=failure, at=at)
    return JobFailed(failure.fact, f"{failure.hint} {planned.text}".strip())


def _keep(work: Work, ready: Ready, result: EnrollmentResult) -> Standing:
    by, at = work.job.by, work.exchange.clock()
    if isinstance(result, Issued):
        for difference in result.differences:
            work.job.say(difference, level="warning")
        standing = outcome.issued(uuid=work.row.uuid, result=result, by=by, at=at)
        return replace(standing, warning=bool(result.differences))
    if work.row.state == EnrollmentState.PENDING:
        return outcome.polled_in_vain(uuid=work.row.uuid, failure=None, at=at)
    return outcome.pending(uuid=work.row.uuid, prepared=ready.prepared, by=by, at=at)


def _profile(row: Enrollment) -> profiles.RunningProfile:
    profile = profiles.running_profile(row.profile_uuid)
    if profile is None:
        raise ProfileGone(
            f"The SCEP profile {row.profile_name} is not part of the running configuration.",
            hint="Commit it, or choose another profile.",
        )
    return profile


def _start(row: Enrollment, kind: str, job: RunningJob) -> TranscriptStart:
    return TranscriptStart(
        kind=kind,
        profile_uuid=row.profile_uuid,
        profile_name=row.profile_name,
        location=Location(row.location),
        subject=row.subject,
        job_id=job.id,
    )
