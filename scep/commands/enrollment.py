"""One enrollment from the CA's certificates to ours, every file written when it is known."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from pki import bundle, csr, keys
from pki.csr import CsrSpec
from pki.errors import CsrInvalid
from scep.cacert import CaBundle
from scep.capabilities import Algorithms, Capabilities, choose, renewal_type
from scep.challenge import ChallengePage
from scep.client import (
    Enroll,
    EnrollmentResult,
    FetchCa,
    FetchChallenge,
    FetchedCa,
    Issued,
    Session,
)
from scep.commands import state, supply
from scep.commands.files import Folder
from scep.commands.journal import Journal
from scep.commands.order import Order
from scep.commands.pace import Pace
from scep.commands.state import State
from scep.errors import CsrUnusable, EnrollmentRefused, RenewalUnavailable
from scep.prepare import (
    EnrollmentKey,
    PreparedRequest,
    Renewal,
    csr_step,
    prepare,
    prepare_renewal,
)
from scep.transcript import Outcome, Step, StepName
from scep.transport import Connection, Waiting
from scep.vocabulary import MessageType

ResultT = TypeVar("ResultT")


class Lines:
    """The kept connections of one enrollment after another, at the pace the servers set."""

    def __init__(self, order: Order, pace: Pace, *, waiting: Waiting = nullcontext) -> None:
        self._server = Connection(order.server, waiting=waiting)
        self._challenges = (
            Connection(order.challenge_server, waiting=waiting) if order.challenge_server else None
        )
        self._pace = pace
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self._server)
        if self._challenges:
            self._open.enter_context(self._challenges)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def drive(self, begin: Callable[[], Session[ResultT]], journal: Journal) -> ResultT:
        """Run a session at the SCEP server; it is begun anew when the server asks for patience."""
        return self._run(self._server, begin, journal)

    def fetch_challenge(self, found: CaBundle, journal: Journal) -> ChallengePage | None:
        """Get a challenge password; None when there is no server for them."""
        if self._challenges is None:
            return None
        return self._run(
            self._challenges,
            lambda: FetchChallenge(bundle=found, record=journal.record),
            journal,
        )

    def _run(
        self, connection: Connection, begin: Callable[[], Session[ResultT]], journal: Journal
    ) -> ResultT:
        return self._pace.keep(lambda: connection.drive(begin(), record=journal.record), journal)


def fetch_ca(order: Order, lines: Lines, journal: Journal) -> FetchedCa:
    """Ask the server about itself, and check its certificates.

    Raises:
        ScepError: there is no answer, or none to trust.
    """
    return lines.drive(
        lambda: FetchCa(
            ca_ident=order.ca_ident,
            fingerprint=order.fingerprint,
            minimum=order.minimum,
            before=order.expected,
            now=datetime.now(UTC),
            record=journal.record,
        ),
        journal,
    )


@dataclass(frozen=True)
class Shared:
    """What enrollments at one server have in common.

    Attributes:
        fetched: the server's capabilities and certificates.
        ca_files: the certificates as files, by name.
        take_key: gives a new key.
    """

    fetched: FetchedCa
    ca_files: Mapping[str, str]
    take_key: Callable[[], supply.MadeKey]


class Enrollment:
    """Carries an order out."""

    def __init__(self, order: Order, folder: Folder, journal: Journal, lines: Lines) -> None:
        self._order = order
        self._folder = folder
        self._journal = journal
        self._lines = lines

    def run(self, shared: Shared) -> EnrollmentResult:
        """Enroll; the files in the folder say how far it went.

        Raises:
            ScepError: the protocol ended without certificate; the failed step may not be in the
                journal yet.
        """
        order, fetched = self._order, shared.fetched
        algorithms = choose(fetched.capabilities, order.minimum, get=order.get)
        for name, text in shared.ca_files.items():
            self._folder.write(name, text, public=True)
        key = self._key(shared.take_key)
        spec = self._challenged(fetched.bundle)
        prepared = self._prepare(self._csr(spec, key), key, fetched, algorithms)
        self._folder.write("key.pem", keys.to_pem(key.private_key))
        return self._send(prepared, key, fetched.bundle)

    def _prepare(
        self, csr_der: bytes, key: EnrollmentKey, fetched: FetchedCa, algorithms: Algorithms
    ) -> PreparedRequest:
        now, record = datetime.now(UTC), self._journal.record
        if self._order.current is None:
            return prepare(
                csr_der=csr_der,
                key=key,
                bundle=fetched.bundle,
                algorithms=algorithms,
                now=now,
                record=record,
            )
        return prepare_renewal(
            csr_der=csr_der,
            renewal=Renewal(self._order.current, key, self._renewal_type(fetched.capabilities)),
            bundle=fetched.bundle,
            algorithms=algorithms,
            now=now,
            record=record,
        )

    def _renewal_type(self, capabilities: Capabilities) -> MessageType:
        """Take the way that the server offers, or the one that older servers know."""
        try:
            return renewal_type(capabilities, compatible=self._order.compatible)
        except RenewalUnavailable as error:
            hint = "A PKCSReq signed with the old certificate is sent, as older servers take it."
            self._journal.record(Step(error.stage, Outcome.WARNED, error.fact, hint))
            return renewal_type(capabilities, compatible=True)

    def _key(self, take_key: Callable[[], supply.MadeKey]) -> EnrollmentKey:
        own = self._order.key
        if own is not None:
            fact = f"The RSA key of {own.key_size} bits from the file is used."
            self._journal.record(Step(StepName.KEY, Outcome.PASSED, fact))
            return EnrollmentKey(own, used_before=True)
        made, took_s = take_key()
        fact = f"An RSA key of {made.key_size} bits was made."
        self._journal.record(Step(StepName.KEY, Outcome.PASSED, fact, duration_ms=took_s * 1000))
        return EnrollmentKey(made)

    def _challenged(self, found: CaBundle) -> CsrSpec:
        """Fetch the challenge password as late as possible: it is good for minutes only."""
        page = self._lines.fetch_challenge(found, self._journal)
        if page is None:
            return self._order.spec
        return replace(self._order.spec, challenge_password=page.password)

    def _csr(self, spec: CsrSpec, key: EnrollmentKey) -> bytes:
        started = time.monotonic()
        try:
            der = csr.build(spec, key.private_key)
        except CsrInvalid as error:
            raise CsrUnusable(str(error), stage=StepName.CSR) from error
        self._folder.write("csr.der", der)
        took_ms = (time.monotonic() - started) * 1000
        self._journal.record(csr_step(spec, der, subject=self._order.subject, duration_ms=took_ms))
        return der

    def _send(
        self, prepared: PreparedRequest, key: EnrollmentKey, found: CaBundle
    ) -> EnrollmentResult:
        asked = State(
            url=self._order.server.url,
            tls_files=self._order.tls_files,
            minimum=self._order.minimum,
            bundle=found,
            prepared=prepared,
            reply_key=self._order.reply_key,
        )
        # Before the first byte is sent: whatever ends this process, the same request can be sent
        # again, and no certificate is issued twice.
        self._folder.write(state.FILE, asked.to_json())
        current = self._order.current
        reply_key = current.private_key if current else key.private_key
        try:
            result = self._lines.drive(
                lambda: Enroll(
                    prepared=prepared,
                    reply_key=reply_key,
                    bundle=found,
                    minimum=self._order.minimum,
                    now=datetime.now(UTC),
                    record=self._journal.record,
                ),
                self._journal,
            )
        except EnrollmentRefused:
            self._folder.remove(state.FILE)
            if self._order.key is None:
                # A key that nobody certified is of no use, and would stand in the way of a retry.
                self._folder.remove("key.pem")
            raise
        settle(result, asked, self._folder)
        return result


def settle(result: EnrollmentResult, asked: State, folder: Folder) -> None:
    """Write what a request has come to: the certificate, or what it takes to ask again."""
    if isinstance(result, Issued):
        folder.write("cert.pem", bundle.to_pem(result.certificate_der), public=True)
        folder.remove(state.FILE)
    elif not asked.pending:
        folder.write(state.FILE, replace(asked, pending=True).to_json())
