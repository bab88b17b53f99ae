"""The steps of a Test, each taken whatever failed before; no certificate is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from uuid import UUID

from certificates.queries import candidate_entry
from certificates.services import exchange as servers
from certificates.services.exchange import Exchange
from device import queries as device
from domain.errors import Refused
from jobs.handlers import RunningJob
from profiles import rules
from profiles import services as profiles
from profiles.spec import Challenge, ScepProfileSpec, Transport
from scep.capabilities import choose
from scep.client import FetchCa, FetchChallenge, FetchedCa, ProbeChallenge, Session
from scep.errors import ScepError
from scep.transcript import Outcome, Step, StepName
from scep.wire import HttpReply, HttpRequest

ResultT = TypeVar("ResultT")

_TAKEN: Final = "A password was fetched and dropped: the server counts it until it expires."
_NOT_TRIED: Final = (
    "The CA alone can say whether it is right, and is not asked: a Test enrolls nothing."
)


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
class Walk:
    """One Test: every step that can still be taken, whatever failed before.

    Attributes:
        failed: the steps that failed.
        warned: whether a step ended with a warning.
        fetched: the CA, as far as it could be had.
    """

    spec: ScepProfileSpec
    exchange: Exchange
    write: Callable[[Step], None]
    failed: list[Step] = field(default_factory=list)
    warned: bool = False
    fetched: FetchedCa | None = None

    def everything(self, job: RunningJob, *, takes_password: bool) -> None:
        """Take all steps in order."""
        self._fips_cc_rules()
        job.progress(10)
        self.fetched = self._authority()
        job.progress(60)
        if self.fetched is not None:
            self._algorithms(self.fetched)
        self._challenge(takes_password=takes_password)
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
                heard, servers.server(self.spec, self.find), record=self.record
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

    def _challenge(self, *, takes_password: bool) -> None:
        match self.spec.challenge:
            case Challenge.NONE:
                fact = "The profile has no challenge password; the CA must issue without one."
                self.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact))
            case Challenge.FIXED:
                fact = "The profile has a fixed password."
                self.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact, _NOT_TRIED))
            case Challenge.DYNAMIC:
                self._tried(StepName.CHALLENGE, lambda: self._page(takes_password=takes_password))

    def _page(self, *, takes_password: bool) -> None:
        where = servers.page_server(self.spec, self.find, profiles.otp_password(self.spec))
        if not takes_password:
            probe = ProbeChallenge(record=self.record)
            self.exchange.drive(probe, where, record=self.record)
            return
        bundle = self.fetched.bundle if self.fetched else None
        session = FetchChallenge(bundle=bundle, record=self.record)
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

    def find(self, name: str) -> UUID | None:
        """Find a certificate that the profile names for TLS."""
        return candidate_entry(self.spec.location, name)
