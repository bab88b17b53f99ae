"""Test: whether a profile will work, step by step, without asking for a certificate.

A step that fails does not end it: whatever still makes sense is looked at, too. Passwords that
were typed and not saved travel as sealed secrets, which the job removes at its end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from audit.services import TranscriptStart
from certificates.queries import candidate_entry
from certificates.services import exchange as servers
from certificates.services.exchange import Exchange, TranscriptWriter
from device import queries as device
from device import secrets
from device.access import require_write
from domain.actors import Actor
from domain.errors import Refused
from domain.locations import Location
from jobs import services as job_services
from jobs.handlers import JobFailed, JobResult, RunningJob
from profiles import codec, rules
from profiles import services as profiles
from profiles.services import Trial
from profiles.spec import Challenge, ScepProfileSpec, Transport
from scep.capabilities import choose
from scep.client import FetchCa, FetchChallenge, FetchedCa, ProbeChallenge, Session
from scep.errors import ScepError
from scep.transcript import Outcome, Step, StepName
from scep.wire import HttpReply, HttpRequest

ResultT = TypeVar("ResultT")

UNSAVED: Final = "unsaved profile"

_TAKEN: Final = "A password was fetched and dropped: the server counts it until it expires."
_NOT_TRIED: Final = (
    "The CA alone can say whether it is right, and is not asked: a Test enrolls nothing."
)


def request(*, trial: Trial, takes_password: bool, by: Actor, at: datetime) -> int:
    """Enqueue a Test.

    Args:
        trial: the profile as it is to be tested, from ``profiles.services``.
        takes_password: fetch the page of a Dynamic challenge, which uses up a password there.
        by: who asks.
        at: the time.

    Returns:
        The number of the job.

    Raises:
        Forbidden: the admin may not write where the profile is.
    """
    spec = trial.spec
    require_write(by, spec.location)
    return job_services.enqueue(
        kind="test",
        arguments={
            "name": spec.name,
            "location": spec.location.key,
            "xml": codec.to_xml(spec),
            "profile": str(trial.uuid or ""),
            "temporary": [str(uuid) for uuid in trial.temporary],
            "takes_password": takes_password,
        },
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
    arguments = job.arguments
    name, location = arguments["name"], Location(arguments["location"])
    start = TranscriptStart(
        kind="test",
        profile_uuid=UUID(arguments["profile"]) if arguments["profile"] else None,
        profile_name=name or UNSAVED,
        location=location,
        job_id=job.id,
    )
    writer = TranscriptWriter(start, exchange.clock)
    walk = _Walk(codec.from_xml(name, location, arguments["xml"]), exchange, writer)
    try:
        walk.everything(job, takes_password=arguments["takes_password"])
    finally:
        forget(arguments)
    writer.close(failed=bool(walk.failed))
    return _result(walk)


def _result(walk: "_Walk") -> JobResult:
    if walk.failed:
        first = walk.failed[0]
        count = len(walk.failed)
        steps = "1 step" if count == 1 else f"{count} steps"
        raise JobFailed(f"{steps} failed. {first.name}: {first.fact}", first.hint)
    if walk.warned:
        return JobResult("No step failed; look at the warnings.", warning=True)
    return JobResult("Every step passed.")


@dataclass(slots=True)
class _Overheard(Generic[ResultT]):
    """A session whose replies are kept, so that another one can read them again."""

    session: Session[ResultT]
    replies: list[HttpReply] = field(default_factory=list)

    @property
    def result(self) -> ResultT:
        return self.session.result

    def next_request(self) -> HttpRequest | None:
        return self.session.next_request()

    def receive(self, reply: HttpReply) -> None:
        self.replies.append(reply)
        self.session.receive(reply)


@dataclass(slots=True)
class _Walk:
    """One Test: every step that can still be taken, whatever failed before."""

    spec: ScepProfileSpec
    exchange: Exchange
    write: Callable[[Step], None]
    failed: list[Step] = field(default_factory=list)
    warned: bool = False

    def everything(self, job: RunningJob, *, takes_password: bool) -> None:
        """Take all steps in order."""
        self._fips_cc_rules()
        job.progress(10)
        fetched = self._authority()
        job.progress(60)
        if fetched is not None:
            self._algorithms(fetched)
        self._challenge(fetched, takes_password=takes_password)
        job.progress(95)

    def record(self, step: Step) -> None:
        """Write a step and count how it ended."""
        if step.outcome is Outcome.FAILED:
            self.failed.append(step)
        self.warned = self.warned or step.outcome is Outcome.WARNED
        self.write(step)

    def _fips_cc_rules(self) -> None:
        problems = [problem.message for problem in rules.fips_cc(self.spec)]
        is_on = device.facts().fips_cc
        fact = "The profile keeps the rules of FIPS-CC mode."
        if problems and is_on:
            fact = f"The profile breaks rules of FIPS-CC mode. {' '.join(problems)}"
        elif problems:
            fact = "The device is not in FIPS-CC mode, which this profile would not be allowed in."
        self.record(
            Step(
                StepName.FIPS_CC,
                Outcome.FAILED if problems and is_on else Outcome.PASSED,
                fact,
                details=tuple(("Rule", problem) for problem in problems),
            )
        )

    def _authority(self) -> FetchedCa | None:
        heard = _Overheard(self._fetch_ca(self.spec.fingerprint, self.record))
        fetched = self._tried(
            StepName.TLS,
            lambda: self.exchange.drive(
                heard, servers.server(self.spec, self._find), record=self.record
            ),
        )
        if fetched is None and self.failed and self.failed[-1].name is StepName.FINGERPRINT:
            return self._despite_the_fingerprint(heard.replies)
        return fetched

    def _despite_the_fingerprint(self, replies: list[HttpReply]) -> FetchedCa | None:
        """Read the same replies once more without the fingerprint, to tell of the chain."""

        def record(step: Step) -> None:
            if step.name is StepName.CHAIN:
                self.record(step)

        again = self._fetch_ca("", record)
        for reply in replies:
            try:
                again.receive(reply)
            except ScepError:
                return None
        return again.result

    def _fetch_ca(self, fingerprint: str, record: Callable[[Step], None]) -> FetchCa:
        return FetchCa(
            ca_ident=self.spec.ca_ident,
            fingerprint=fingerprint,
            minimum=servers.minimum(self.spec),
            now=self.exchange.clock(),
            record=record,
        )

    def _algorithms(self, fetched: FetchedCa) -> None:
        get = self.spec.transport is Transport.GET
        try:
            chosen = choose(fetched.capabilities, servers.minimum(self.spec), get=get)
        except ScepError as error:
            self.record(Step(error.stage, Outcome.FAILED, error.fact, error.hint, error.details))
            return
        weak = chosen.cipher.is_weak or chosen.digest.is_weak
        method = "POST" if chosen.post else "GET"
        recipient = fetched.bundle.recipient.facts.subject
        self.record(
            Step(
                StepName.ALGORITHMS,
                Outcome.WARNED if weak else Outcome.PASSED,
                f"A request would use {chosen.cipher} and {chosen.digest}, sent by {method}.",
                "Enable AES and SHA-256 on the server." if weak else "",
                details=(
                    *(("Reason", reason) for reason in chosen.reasons),
                    ("Encrypted to", recipient),
                ),
            )
        )

    def _challenge(self, fetched: FetchedCa | None, *, takes_password: bool) -> None:
        match self.spec.challenge:
            case Challenge.NONE:
                fact = "The profile has no challenge password; the CA must issue without one."
                self.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact))
            case Challenge.FIXED:
                fact = "The profile has a fixed password."
                self.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact, _NOT_TRIED))
            case Challenge.DYNAMIC:
                self._tried(
                    StepName.CHALLENGE, lambda: self._page(fetched, takes_password=takes_password)
                )

    def _page(self, fetched: FetchedCa | None, *, takes_password: bool) -> None:
        where = servers.page_server(self.spec, self._find, profiles.otp_password(self.spec))
        if not takes_password:
            probe = ProbeChallenge(record=self.record)
            self.exchange.drive(probe, where, record=self.record)
            return
        session = FetchChallenge(bundle=fetched.bundle if fetched else None, record=self.record)
        page = self.exchange.drive(session, where, record=self.record)
        if page.single_use:
            self.record(Step(StepName.CHALLENGE, Outcome.PASSED, _TAKEN))

    def _tried(self, stage: StepName, work: Callable[[], ResultT]) -> ResultT | None:
        """Do something that may fail; who fails has recorded it, unless we refused ourselves."""
        try:
            return work()
        except ScepError:
            return None
        except Refused as refusal:
            self.record(Step(stage, Outcome.FAILED, refusal.message, refusal.hint))
            return None

    def _find(self, name: str) -> UUID | None:
        return candidate_entry(self.spec.location, name)
