"""How enrollments end, or wait: each function is one transaction that can be repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from audit import services as audit
from certificates import rules
from certificates.models import ACTIVE_STATES, Enrollment, EnrollmentState, Source
from certificates.services import store
from domain.actors import SYSTEM, Actor
from domain.errors import Refused
from domain.locations import Location
from jobs import queries as job_queries
from jobs import services as jobs
from jobs.handlers import JobFailed
from pki import certinfo, csr
from pki.errors import CertificateUnreadable, PkiError
from scep.client import Issued
from scep.errors import EnrollmentRefused, ScepError
from scep.prepare import PreparedRequest

BROKEN: Final = 1
"""Exit code for an error of this program."""

USAGE: Final = 2
"""Exit code for what is wrong on our side: a profile that cannot be used any more."""

UNUSABLE: Final = 6
"""Exit code for an answer that cannot be used."""

_AWAITING: Final = (EnrollmentState.PREPARED, EnrollmentState.PENDING)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an exchange gave nothing, in words.

    Attributes:
        fact: what happened.
        hint: what to try; may be empty.
        exit_code: exit code of the command line.
        is_final: whether the CA itself said no.
    """

    fact: str
    hint: str
    exit_code: int
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enrollment stands after a run.

    Attributes:
        state: the enrollment's state.
        entry_uuid: its certificate entry, if it has one.
        text: one sentence for the job.
        warning: whether the job has lines that an admin should look at.
    """

    state: EnrollmentState
    entry_uuid: UUID | None
    text: str
    warning: bool = False


def failure_of(error: ScepError | Refused | PkiError) -> Failure:
    """Put an error into words."""
    match error:
        case ScepError():
            is_final = isinstance(error, EnrollmentRefused)
            return Failure(error.fact, error.hint, error.exit_code, is_final)
        case Refused():
            problems = [problem.message for problem in error.problems]
            return Failure(" ".join([error.message, *problems]), error.hint, USAGE)
        case CertificateUnreadable():
            fact = f"The certificate issued cannot be kept: {error}"
            return Failure(fact, "Show it to the CA's administrator.", UNUSABLE)
        case _:
            hint = "Correct the SCEP profile, and commit."
            return Failure(str(error), hint, USAGE)


def standing(row: Enrollment) -> Standing:
    """Say where an enrollment stands; for a job that finds nothing left to do.

    Raises:
        JobFailed: it has failed: a job killed after that, and before its own end, fails as well.
    """
    state = EnrollmentState(row.state)
    if state in {EnrollmentState.REFUSED, EnrollmentState.FAILED}:
        raise JobFailed(row.reason, row.hint)
    texts = {
        EnrollmentState.ISSUED: f"Certificate {row.name} was issued.",
        EnrollmentState.PENDING: f"Certificate {row.name} waits for the CA's decision.",
    }
    return Standing(state, row.entry_uuid, texts.get(state, row.reason))


@transaction.atomic
def issued(*, uuid: UUID, result: Issued, by: Actor, at: datetime) -> Standing:
    """Store the certificate; it is the current one of its entry at once."""
    row = _locked(uuid)
    if row.state not in _AWAITING:
        return standing(row)
    entry_uuid = row.entry_uuid or _add_entry(row, by, at)
    store.set_material(
        store.NewMaterial(
            entry_uuid=entry_uuid,
            source=Source.ENROLLMENT,
            certificate_der=result.certificate_der,
            profile_uuid=row.profile_uuid,
            enrollment=row,
            key_secret=row.key_secret,
            block_key_export=row.renews.block_key_export if row.renews else False,
        ),
        at=at,
    )
    store.forget_secrets(row, keep_key=True)
    row.state = EnrollmentState.ISSUED
    row.entry_uuid = entry_uuid
    row.next_poll_at = None
    row.reason = row.hint = ""
    row.exit_code = 0
    row.finished_at = at
    row.save()
    facts = certinfo.read(result.certificate_der)
    until = f"{facts.not_after:%Y-%m-%d %H:%M:%S} UTC"
    done = "renewed" if row.renews_id else "issued"
    text = f"Certificate {row.name} was {done}: {facts.subject}, valid until {until}."
    _log(row, text, by, at, serial=facts.serial_hex, sha256=facts.fingerprint_sha256)
    return Standing(EnrollmentState.ISSUED, entry_uuid, text)


@transaction.atomic
def pending(*, uuid: UUID, prepared: PreparedRequest, by: Actor, at: datetime) -> Standing:
    """Note that the CA decides later: list the certificate as pending, and plan the first poll.

    A certificate that is being renewed stays what it is until its successor is there.
    """
    row = _locked(uuid)
    if row.state != EnrollmentState.PREPARED:
        return standing(row)
    row.state = EnrollmentState.PENDING
    if not row.renews_id:
        row.entry_uuid = _add_entry(row, by, at)
        subject = csr.read(prepared.csr_der).subject
        store.set_pending(entry_uuid=row.entry_uuid, enrollment=row, subject=subject, at=at)
    _plan_poll(row, at)
    row.save()
    text = f"Certificate {row.name} waits for the CA's decision. {_next_poll(row)}"
    _log(row, text, by, at, transaction=row.transaction_id)
    return Standing(EnrollmentState.PENDING, row.entry_uuid, text)


@transaction.atomic
def failed(*, uuid: UUID, failure: Failure, by: Actor, at: datetime) -> None:
    """Note that an enrollment came to nothing; its key and request are forgotten.

    A certificate that was pending stays listed as refused, with the reason, until it is deleted.
    """
    row = _locked(uuid)
    if row.state not in ACTIVE_STATES:
        return
    store.forget_secrets(row)
    row.state = EnrollmentState.REFUSED if failure.is_final else EnrollmentState.FAILED
    row.next_poll_at = None
    row.reason, row.hint, row.exit_code = failure.fact, failure.hint, failure.exit_code
    row.finished_at = at
    row.save()
    done = "renewed" if row.renews_id else "issued"
    text = f"Certificate {row.name} was not {done}: {failure.fact}"
    audit.record(
        kind="certificate",
        actor=by,
        text=text,
        at=at,
        object_name=row.name,
        outcome="failed",
        detail={
            "enrollment": str(row.uuid),
            "job": str(row.job_id),
            "alert": "renewal-failed" if row.renews_id else "enrollment-failed",
            "location": row.location,
        },
    )


@transaction.atomic
def given_up(*, uuid: UUID, by: Actor, at: datetime) -> None:
    """Note that an admin cancelled a request before it had an answer."""
    row = _locked(uuid)
    if row.state not in {EnrollmentState.QUEUED, EnrollmentState.PREPARED}:
        return
    store.forget_secrets(row)
    row.reason = f"{by.name} cancelled the request."
    if row.state == EnrollmentState.PREPARED:
        row.hint = f"It was sent before; look for transaction {row.transaction_id} at the CA."
    row.state = EnrollmentState.ABANDONED
    row.finished_at = at
    row.save()
    text = f"Request for certificate {row.name} cancelled. {row.hint}".strip()
    _log(row, text, by, at, transaction=row.transaction_id)


@transaction.atomic
def unscheduled(*, uuid: UUID, by: Actor, at: datetime) -> None:
    """Note that an admin cancelled a poll; if it was the next one, the request stays pending."""
    row = _locked(uuid)
    if row.state != EnrollmentState.PENDING or job_queries.is_wanted(_poll_key(row)):
        return
    row.next_poll_at = None
    row.save(update_fields=["next_poll_at"])
    _log(row, f"Certificate {row.name} is polled on demand only.", by, at)


@transaction.atomic
def unanswered(*, uuid: UUID) -> timedelta | None:
    """Count a request that got no answer; return after how long to send it again, if at all."""
    row = _locked(uuid)
    delay = rules.resend_delay(row.resends)
    if row.state != EnrollmentState.PREPARED or delay is None:
        return None
    row.resends += 1
    row.save(update_fields=["resends"])
    return delay


@transaction.atomic
def polled_in_vain(*, uuid: UUID, failure: Failure | None, at: datetime) -> Standing:
    """Count a poll that brought no decision, and plan the next one."""
    row = _locked(uuid)
    if row.state != EnrollmentState.PENDING:
        return standing(row)
    row.polls += 1
    row.reason = failure.fact if failure else ""
    row.hint = failure.hint if failure else ""
    _plan_poll(row, at)
    row.save()
    text = f"Certificate {row.name} still waits for the CA's decision. {_next_poll(row)}"
    return Standing(EnrollmentState.PENDING, row.entry_uuid, text)


def _locked(uuid: UUID) -> Enrollment:
    return Enrollment.objects.select_for_update().get(uuid=uuid)


def _add_entry(row: Enrollment, by: Actor, at: datetime) -> UUID:
    """Add the entry. The enrollment holds the name, but what the CA issued must not be lost."""
    location = Location(row.location)
    others = store.names_taken(location, besides=row.uuid)
    name = rules.free_name(row.name, others)
    return store.add_entry(location=location, name=name, by=by, at=at)


def _plan_poll(row: Enrollment, at: datetime) -> None:
    """Schedule the next poll; the caller saves the row. After a month, only on demand."""
    wait = rules.POLLING.wait(row.polls, at - row.requested_at)
    if wait is None:
        row.next_poll_at = None
        return
    row.next_poll_at = at + wait
    jobs.enqueue(
        kind="poll",
        arguments={"enrollment": str(row.uuid), "number": row.polls},
        by=SYSTEM,
        at=at,
        description=f"certificate {row.name}",
        dedupe_key=_poll_key(row),
        run_at=row.next_poll_at,
    )


def _poll_key(row: Enrollment) -> str:
    return f"poll:{row.uuid}:{row.polls}"


def _next_poll(row: Enrollment) -> str:
    if row.next_poll_at is None:
        return "It is polled on demand only."
    return f"The next poll is at {row.next_poll_at:%Y-%m-%d %H:%M:%S} UTC."


def _log(row: Enrollment, text: str, by: Actor, at: datetime, **detail: str) -> None:
    audit.record(
        kind="certificate",
        actor=by,
        text=text,
        at=at,
        object_name=row.name,
        detail={"enrollment": str(row.uuid), "job": str(row.job_id), **detail},
    )
