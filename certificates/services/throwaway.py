"""Enrolling once to see whether a server would: key and certificate are stored nowhere.

A run that finds the transcript of an earlier enrollment of its job does not ask again: nobody can
know any more whether the server has issued.
"""

from typing import Final

from audit import queries as transcripts
from audit import services as audit
from certificates.services import issuance, outcome, requesting, trial
from certificates.services.authority import Authority
from certificates.services.exchange import Exchange, transcript
from certificates.services.requesting import Order
from certificates.services.walk import Walk
from domain.errors import Refused
from jobs.handlers import JobFailed, JobResult, RunningJob
from pki import certinfo, names
from pki.errors import PkiError
from profiles import subject
from profiles.subject import TokenValues
from scep import client
from scep.client import EnrollmentResult, FetchedCa, Issued
from scep.errors import ScepError

KIND: Final = "rehearse"
"""Of the job and of the transcript of its enrollment."""

_CUT_OFF: Final = "The enrollment was cut off, and is not tried a second time."
_LOOK_AT_THE_CA: Final = (
    "The CA may have issued a certificate, whose key is gone: look for it there, and revoke it. "
    "Rehearse again to enroll anew."
)


def run(*, job: RunningJob, exchange: Exchange) -> JobResult:
    """Test a profile; enroll if no step failed, and throw key and certificate away.

    Raises:
        JobFailed: a step of the Test failed, or the server did not enroll, or an earlier run of
            the job was killed while it enrolled.
    """
    if any(one.kind == KIND for one in transcripts.transcripts_of_job(job.id, bodies=False)):
        raise JobFailed(_CUT_OFF, _LOOK_AT_THE_CA)
    walk = trial.walk(job=job, exchange=exchange)
    if walk.failed or walk.fetched is None:
        job.say("Nothing was enrolled: the Test failed", level="warning")
        return trial.result(walk)
    try:
        result = _enroll(walk, walk.fetched, job)
        return _told(result, job, exchange, warned=walk.warned)
    except (ScepError, Refused, PkiError) as error:
        failure = outcome.failure_of(error)
        unclear = _LOOK_AT_THE_CA if issuance.is_unanswered(error, resumes=False) else ""
        hint = f"{failure.hint} {unclear}".strip()
        raise JobFailed(f"The server did not enroll: {failure.fact}", hint) from error


def _enroll(walk: Walk, fetched: FetchedCa, job: RunningJob) -> EnrollmentResult:
    values = TokenValues(**job.arguments["tokens"])
    dn = names.text(names.to_x509(subject.expand(walk.spec.subject, values)))
    start = trial.start(KIND, job, walk.spec, dn)
    with transcript(start, walk.exchange.clock) as record:
        order = Order(
            spec=walk.spec,
            values=values,
            find=walk.find,
            exchange=walk.exchange,
            record=record,
            progress=lambda _: job.progress(95),
        )
        ready = requesting.make(order, Authority(fetched.bundle, fetched.capabilities))
        return requesting.ask(order, ready, client.Enroll)


def _told(
    result: EnrollmentResult, job: RunningJob, exchange: Exchange, *, warned: bool
) -> JobResult:
    if not isinstance(result, Issued):
        return JobResult(
            "The server decides later (PENDING). The request is not followed up, and its key is "
            "thrown away: have it rejected there.",
            warning=True,
        )
    for difference in result.differences:
        job.say(difference, level="warning")
    facts = certinfo.read(result.certificate_der)
    text = (
        f"The server issued a certificate, serial number {facts.serial_hex}. It is thrown away "
        "with its key: have it revoked there."
    )
    audit.record(
        kind="certificate",
        actor=job.by,
        text=f"A rehearsal enrolled {facts.subject}; key and certificate were not kept.",
        at=exchange.clock(),
        detail={"job": str(job.id), "serial": facts.serial_hex, "sha256": facts.fingerprint_sha256},
    )
    return JobResult(text, warning=warned or bool(result.differences))
