"""Keeping the CAs of SCEP profiles up to date between commits: every day, and on demand.

Nobody looks on when the worker asks. So it takes another CA certificate only if the present CA
vouches for it: announced it (GetNextCACert), or kept its key. Any other waits for an admin, who
takes it by asking for the refresh. A profile with a fingerprint takes what has that fingerprint.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from audit import services as audit
from certificates.models import AuthorityWatch
from certificates.queries import authorities, running_entry
from certificates.services import authority, checking, fetching, placing, rollover
from certificates.services.authority import Inquiry
from certificates.services.exchange import Exchange
from certificates.services.fetching import Answer, Unanswered
from device.access import require
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import NotFound, Refused
from jobs import services as jobs
from jobs.handlers import JobFailed, JobResult, RunningJob
from profiles import queries as profiles
from profiles.queries import RunningProfile
from scep.cacert import CaBundle, spell
from scep.client import FetchedCa

KIND: Final = "refresh"


def sweep(now: datetime) -> None:
    """Ask for the CAs whose time has come; called every hour by who runs the jobs."""
    due = authorities.due(now)
    if due:
        _enqueue(due, asked=False, by=SYSTEM, at=now)


def request(*, uuids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Ask servers for their CA certificates now; another one than before is taken.

    Returns:
        The number of the job.

    Raises:
        Forbidden: the admin may not write where one of the profiles is.
        NotFound: none of them is running.
    """
    require(by, Action.WRITE_CERTIFICATES)
    wanted = [profile for profile in profiles.running_profiles() if profile.uuid in uuids]
    if not wanted:
        hint = "Commit the SCEP profile first; that fetches its CA certificate, too."
        raise NotFound("There is no running SCEP profile to ask for.", hint=hint)
    for profile in wanted:
        require(by, Action.WRITE_CERTIFICATES, profile.spec.location)
    return _enqueue(wanted, asked=True, by=by, at=at)


def run(*, job: RunningJob, exchange: Exchange) -> JobResult:
    """Ask the servers, and keep what may be kept.

    Raises:
        JobFailed: no server gave anything usable.
    """
    uuids = {UUID(uuid) for uuid in job.arguments["profiles"]}
    wanted = [profile for profile in profiles.running_profiles() if profile.uuid in uuids]
    work = _Refresh(job, exchange)
    for profile in wanted:
        rollover.switch(profile, job=job, at=exchange.clock())
    inquiries = [asked for profile in wanted if (asked := work.inquiry(profile))]
    fetching.fetch_all(inquiries, exchange, job_id=job.id, done=work.answered)
    for asked, fetched in work.taken:
        rollover.ask(asked, fetched, job=job, exchange=exchange)
    checked = [profile for profile in wanted if profile.spec.check_revocation]
    if job.arguments["asked"] and checked:
        checking.enqueue(checked, by=job.by, at=exchange.clock())
    if work.problems and not work.taken:
        raise JobFailed(*work.problems[0])
    count = len(work.taken)
    text = f"{count} CA certificate{'' if count == 1 else 's'} refreshed."
    return JobResult(text, warning=work.warned)


@dataclass(slots=True)
class _Refresh:
    """One run: what came of it so far.

    Attributes:
        taken: the answers that were kept.
        problems: facts and hints of the others.
    """

    job: RunningJob
    exchange: Exchange
    taken: list[tuple[Inquiry, FetchedCa]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    warned: bool = False

    def inquiry(self, profile: RunningProfile) -> Inquiry | None:
        """Make ready to ask; a profile that cannot be used is told like a server that cannot."""
        try:
            return authority.inquiry(profile, partial(running_entry, profile.spec.location))
        except Refused as refusal:
            self._problem(profile, refusal.message, refusal.hint)
            return None

    def answered(self, asked: Inquiry, answer: Answer) -> None:
        """Keep an answer, or say why not."""
        profile = asked.profile
        if isinstance(answer, Unanswered):
            self._problem(profile, answer.fact, answer.hint)
            return
        before = authorities.known(profile.uuid)
        if not self.job.arguments["asked"] and not _is_vouched(answer, before):
            self._problem(profile, *_stranger(answer.bundle, before))
            return
        at = self.exchange.clock()
        placements = authority.join_candidate(profile, answer, job=self.job, at=at)
        _note(profile, at)
        self.taken.append((asked, answer))
        names = ", ".join(item.name for item in placements) or "nothing new"
        self.job.say(f'SCEP profile "{profile.spec.name}": CA certificate fetched ({names})')
        for fact, hint in placing.changes(answer, placements):
            self._warn(profile, fact, hint)
        if words := authorities.ending(answer.bundle, at):
            self._warn(profile, words, "")
            _log(profile, words, at)

    def _problem(self, profile: RunningProfile, fact: str, hint: str) -> None:
        at = self.exchange.clock()
        self.problems.append((fact, hint))
        self._warn(profile, fact, hint)
        _note(profile, at, fact, hint)
        _log(profile, f"Its CA certificate was not refreshed. {fact}", at)

    def _warn(self, profile: RunningProfile, fact: str, hint: str) -> None:
        self.warned = True
        text = f'SCEP profile "{profile.spec.name}": {fact}'
        self.job.say(text, level="warning", hint=hint)


def _enqueue(wanted: Sequence[RunningProfile], *, asked: bool, by: Actor, at: datetime) -> int:
    uuids = sorted(str(profile.uuid) for profile in wanted)
    names = ", ".join(profile.spec.name for profile in wanted)
    return jobs.enqueue(
        kind=KIND,
        arguments={"profiles": uuids, "asked": asked},
        by=by,
        at=at,
        description=f"CA certificates of {names}",
        dedupe_key="" if asked else KIND,
    )


def _is_vouched(answer: FetchedCa, before: authorities.Known) -> bool:
    """Tell whether the CA may take the place of the one before without an admin."""
    if before.bundle is None or answer.pinned:
        return True
    known = [before.bundle.ca, *(before.coming.issuers if before.coming else ())]
    new = answer.bundle.ca.certificate
    return any(new.spki_der == one.certificate.spki_der for one in known)


def _stranger(bundle: CaBundle, before: authorities.Known) -> tuple[str, str]:
    now = spell(bundle.ca.facts.fingerprint_sha256)
    was = spell(before.bundle.ca.facts.fingerprint_sha256) if before.bundle else ""
    fact = (
        f"The server sends another CA certificate, {bundle.ca.facts.subject}, which the present CA "
        f"has not announced. It was not taken. SHA-256 before: {was}, now: {now}."
    )
    hint = "Ask the CA's operator whether it is right. Then refresh the CA certificate yourself."
    return fact, hint


def _note(profile: RunningProfile, at: datetime, problem: str = "", hint: str = "") -> None:
    values = {"tried_at": at, "problem": problem, "hint": hint}
    AuthorityWatch.objects.update_or_create(profile_uuid=profile.uuid, defaults=values)


def _log(profile: RunningProfile, text: str, at: datetime) -> None:
    audit.record(
        kind="certificate",
        actor=SYSTEM,
        text=f"SCEP profile {profile.spec.name}: {text}",
        at=at,
        object_name=profile.spec.name,
        outcome="failed",
    )
