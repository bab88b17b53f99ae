"""Asking the CAs of SCEP profiles whether they have revoked certificates, and taking it over.

A CRL from where the certificate says comes first, then its OCSP responder, then GetCRL over SCEP.
What a CA has revoked is revoked here at once, without a commit; a hold that it lifts is lifted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates.queries import checks
from certificates.services import verdicts
from certificates.services.exchange import Exchange
from certificates.services.inquiring import Group, Inquirer
from certificates.services.verdicts import Verdict
from device.access import require
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from jobs import services as jobs
from jobs.handlers import JobFailed, JobResult, RunningJob
from pki import status_sources
from profiles import queries as profiles
from profiles.queries import RunningProfile

KIND: Final = "check"


def sweep(now: datetime) -> None:
    """Ask about the certificates whose time has come; called every hour by who runs the jobs."""
    due = checks.due(now)
    if due:
        enqueue(due, by=SYSTEM, at=now)


def request(*, uuids: Sequence[UUID], by: Actor, at: datetime) -> int:
    """Ask about all certificates of some running profiles now.

    Returns:
        The number of the job.

    Raises:
        Forbidden: the admin may not write where one of the profiles is.
    """
    wanted = [profile for profile in profiles.running_profiles() if profile.uuid in uuids]
    for profile in wanted:
        require(by, Action.WRITE_CERTIFICATES, profile.spec.location)
    return enqueue(wanted, by=by, at=at)


def enqueue(wanted: Sequence[RunningProfile], *, by: Actor, at: datetime) -> int:
    """Enqueue the job that asks; while one waits or runs, that one."""
    return jobs.enqueue(
        kind=KIND,
        arguments={"profiles": sorted(str(profile.uuid) for profile in wanted)},
        by=by,
        at=at,
        description=f"certificates of {', '.join(profile.spec.name for profile in wanted)}",
        dedupe_key=KIND,
    )


@dataclass(slots=True)
class _Tally:
    """What came of a run so far."""

    checked: int = 0
    revoked: int = 0
    problems: list[str] = field(default_factory=list)


def run(*, job: RunningJob, exchange: Exchange) -> JobResult:
    """Ask, and take over what is revoked.

    Raises:
        JobFailed: no CA gave anything usable.
    """
    uuids = {UUID(uuid) for uuid in job.arguments["profiles"]}
    tally = _Tally()
    for profile in profiles.running_profiles():
        if profile.uuid in uuids:
            for group in _groups(profile, exchange.clock()):
                _check(group, job, exchange, tally)
    if tally.problems and not tally.checked:
        raise JobFailed(tally.problems[0])
    text = f"{tally.checked} checked, {tally.revoked} newly revoked"
    missing = f", {len(tally.problems)} not checked" if tally.problems else ""
    return JobResult(f"{text}{missing}.", warning=bool(tally.problems or tally.revoked))


def _groups(profile: RunningProfile, at: datetime) -> list[Group]:
    """Put together what one CRL can tell about: the same CA, the same addresses."""
    groups: dict[object, Group] = {}
    for row in checks.of_profile(profile.uuid, at):
        sources = status_sources.read(bytes(row.certificate_der))
        key = (row.issuer_material_id, sources.crl_urls, bool(sources.ocsp_urls))
        groups.setdefault(key, Group(profile, sources)).members.append(row)
    return list(groups.values())


def _check(group: Group, job: RunningJob, exchange: Exchange, tally: _Tally) -> None:
    inquirer = Inquirer(group, job, exchange)
    for row, verdict in inquirer.verdicts():
        if verdict.problem:
            tally.problems.append(verdict.problem)
        else:
            tally.checked += 1
        tally.revoked += _take(
            row.entry.object.name,
            verdict,
            job,
            done=verdicts.take(row, verdict, at=exchange.clock()),
        )
    for fact, hint in inquirer.problems:
        job.say(f'SCEP profile "{group.profile.spec.name}": {fact}', level="warning", hint=hint)


def _take(name: str, verdict: Verdict, job: RunningJob, *, done: str) -> int:
    if done:
        job.say(f"Certificate {name} {done}.", level="warning")
    return int(bool(done) and verdict.revocation is not None)
