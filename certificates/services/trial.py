"""Test: whether a profile will work, step by step, without asking for a certificate.

A step that fails does not end it: whatever still makes sense is looked at, too. Passwords that
were typed and not saved travel as sealed secrets, which the job removes at its end.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from audit.services import TranscriptStart
from certificates.services.exchange import Exchange, TranscriptWriter
from certificates.services.walk import Walk
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Refused
from domain.locations import Location
from jobs import services as job_services
from jobs.handlers import JobFailed, JobResult, RunningJob
from profiles import codec
from profiles.services import Trial
from profiles.spec import ScepProfileSpec
from profiles.subject import TokenValues

UNSAVED: Final = "unsaved profile"


def request(
    *,
    trial: Trial,
    takes_password: bool,
    by: Actor,
    at: datetime,
    enroll: TokenValues | None = None,
) -> int:
    """Enqueue a Test.

    Args:
        trial: the profile as it is to be tested, from ``profiles.services``.
        takes_password: fetch the page of a Dynamic challenge, which uses up a password there.
        by: who asks.
        at: the time.
        enroll: enroll after it, with these values; see :mod:`certificates.services.rehearsal`.

    Returns:
        The number of the job.

    Raises:
        Forbidden: the admin may not write where the profile is.
    """
    spec = trial.spec
    require(by, Action.WRITE_SCEP, spec.location)
    arguments = {
        "name": spec.name,
        "location": spec.location.key,
        "xml": codec.to_xml(spec),
        "profile": str(trial.uuid or ""),
        "temporary": [str(uuid) for uuid in trial.temporary],
        "takes_password": takes_password,
        "tokens": asdict(enroll) if enroll else {},
    }
    return _enqueue(arguments, spec, by, at)


def request_again(*, arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Test once more what a job has tested.

    Returns:
        The number of the new job.

    Raises:
        Forbidden: the admin may not write where the profile is.
        Refused: passwords were typed for that Test only; they are gone.
    """
    spec = _spec(arguments)
    require(by, Action.WRITE_SCEP, spec.location)
    if arguments["temporary"]:
        hint = "Open the profile, type them again, and test it from there."
        raise Refused("The passwords typed for this Test were removed at its end.", hint=hint)
    return _enqueue(arguments, spec, by, at)


def _enqueue(arguments: Mapping[str, Any], spec: ScepProfileSpec, by: Actor, at: datetime) -> int:
    return job_services.enqueue(
        kind="rehearse" if arguments["tokens"] else "test",
        arguments=arguments,
        by=by,
        at=at,
        description=f"{f'SCEP profile {spec.name}' if spec.name else UNSAVED}, {spec.server_url}",
    )


def forget(arguments: Mapping[str, Any]) -> None:
    """Remove the passwords that were typed for a Test only."""
    for uuid in arguments["temporary"]:
        secrets.forget(UUID(uuid))


def run(*, job: RunningJob, exchange: Exchange) -> JobResult:
    """Test a profile.

    Raises:
        JobFailed: at least one step failed; the first of them is named.
    """
    return result(walk(job=job, exchange=exchange))


def walk(*, job: RunningJob, exchange: Exchange) -> Walk:
    """Take every step of a Test, into a transcript of its own."""
    arguments = job.arguments
    spec = tested(job)
    writer = TranscriptWriter(start("test", job, spec), exchange.clock)
    taken = Walk(spec, exchange, writer)
    try:
        taken.everything(job, takes_password=arguments["takes_password"])
    finally:
        forget(arguments)
    writer.close(failed=bool(taken.failed))
    return taken


def tested(job: RunningJob) -> ScepProfileSpec:
    """Return the profile that a job was asked to test."""
    return _spec(job.arguments)


def _spec(arguments: Mapping[str, Any]) -> ScepProfileSpec:
    return codec.from_xml(arguments["name"], Location(arguments["location"]), arguments["xml"])


def start(kind: str, job: RunningJob, spec: ScepProfileSpec, subject: str = "") -> TranscriptStart:
    """Say what a transcript of the job is about."""
    profile = job.arguments["profile"]
    return TranscriptStart(
        kind=kind,
        profile_uuid=UUID(profile) if profile else None,
        profile_name=spec.name or UNSAVED,
        location=spec.location,
        subject=subject,
        job_id=job.id,
    )


def result(taken: Walk) -> JobResult:
    """Say how a Test ended.

    Raises:
        JobFailed: at least one step failed; the first of them is named.
    """
    if taken.failed:
        first = taken.failed[0]
        count = len(taken.failed)
        steps = "1 step" if count == 1 else f"{count} steps"
        raise JobFailed(f"{steps} failed. {first.name}: {first.fact}", first.hint)
    if taken.warned:
        return JobResult("No step failed; look at the warnings.", warning=True)
    return JobResult("Every step passed.")
