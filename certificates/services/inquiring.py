"""Asking about the revocation of certificates of one CA, in the order in which it is best."""

import secrets as random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.conf import settings

from audit.services import TranscriptStart
from certificates.models import Material
from certificates.queries import running_entry
from certificates.services import authority, renewing
from certificates.services.exchange import Exchange, TranscriptWriter, minimum, server, transcript
from certificates.services.verdicts import Verdict
from domain.errors import Refused
from jobs.handlers import RunningJob
from pki.errors import PkiError
from pki.ocsp import Question
from pki.status_sources import StatusSources
from profiles.queries import RunningProfile
from profiles.spec import Transport
from scep.cacert import sort_out
from scep.capabilities import choose
from scep.client import AskOcsp, DownloadCrl, FetchedCrl, GetCrl, KnownCa, Search, Session
from scep.errors import ScepError
from scep.transport import Server

ResultT = TypeVar("ResultT")

MOST_QUESTIONS: Final = 200
"""How many certificates an OCSP responder is asked about in one run; the rest comes later."""

NOBODY: Final = "The certificate names no CRL and no OCSP responder, nor is its CA the present."


@dataclass(slots=True)
class Group:
    """Certificates about which the same CRL tells.

    Attributes:
        profile: they came with it.
        sources: where they say that their status is to be had.
        members: the certificates, their issuer at hand.
    """

    profile: RunningProfile
    sources: StatusSources
    members: list[Material] = field(default_factory=list)

    @property
    def issuer_der(self) -> bytes:
        """The certificate of the CA that issued them."""
        issuer = self.members[0].issuer_material
        return bytes(issuer.certificate_der) if issuer else b""


class Inquirer:
    """Asks about one group.

    Attributes:
        problems: facts and hints of what gave nothing usable.
    """

    def __init__(self, group: Group, job: RunningJob, exchange: Exchange) -> None:
        self._group = group
        self._job = job
        self._exchange = exchange
        self.problems: list[tuple[str, str]] = []

    def verdicts(self) -> Iterator[tuple[Material, Verdict]]:
        """Ask until somebody answers; give a verdict on each certificate."""
        found = self._first_crl()
        if found is None and self._group.sources.ocsp_urls:
            for row in self._group.members[:MOST_QUESTIONS]:
                yield row, self._asked_ocsp(row)
            return
        source = "CRL"
        if found is None:
            found, source = self._over_scep(), "GetCRL"
        for row in self._group.members:
            yield row, self._on(found, row, source) if found else self._unknown()

    def _first_crl(self) -> FetchedCrl | None:
        for url in self._group.sources.crl_urls:
            search = self._search()
            found = self._try(url, lambda record: DownloadCrl(search, record=record))  # noqa: B023 - at once
            if found is not None:
                return found
        return None

    def _asked_ocsp(self, row: Material) -> Verdict:
        nonce = random.token_bytes(16)
        question = Question(bytes(row.certificate_der), self._group.issuer_der, nonce)
        now = self._exchange.clock()
        for url in self._group.sources.ocsp_urls:
            answer = self._try(url, lambda record: AskOcsp(question, now=now, record=record))
            if answer is not None and answer.is_known:
                return Verdict("OCSP", answer.revocation, answer.next_update)
            if answer is not None:
                return Verdict(problem="The OCSP responder does not know the certificate.")
        return self._unknown()

    def _over_scep(self) -> FetchedCrl | None:
        profile, row = self._group.profile, self._group.members[0]
        known = authority.current(profile)
        ours = known and self._group.issuer_der in {one.der for one in known.bundle.issuers}
        if known is None or not ours or row.key_secret is None:
            self.problems.append((NOBODY, ""))
            return None
        spec = profile.spec
        least, get = minimum(spec), spec.transport is Transport.GET
        try:
            ca = KnownCa(known.bundle, choose(known.capabilities, least, get=get), least)
            where = server(spec, lambda name: running_entry(spec.location, name))
            identity = renewing.identity_of(row)
        except (ScepError, Refused, PkiError) as error:
            self.problems.append((str(error), ""))
            return None
        return self._run(
            where,
            lambda record: GetCrl(
                serial=int(row.serial_hex, 16),
                identity=identity,
                ca=ca,
                now=self._exchange.clock(),
                record=record,
            ),
        )

    def _search(self) -> Search:
        return Search(
            int(self._group.members[0].serial_hex, 16),
            sort_out([self._group.issuer_der]).issuers,
            minimum(self._group.profile.spec),
            self._exchange.clock(),
        )

    def _on(self, found: FetchedCrl, row: Material, source: str) -> Verdict:
        due = found.crl.next_update
        try:
            revocation = found.crl.revocation(int(row.serial_hex, 16))
        except PkiError as error:
            return Verdict(problem=str(error))
        if revocation is None and due is not None and due < self._exchange.clock():
            words = f"The {source} is out of date: the next was due at {due:%Y-%m-%d %H:%M} UTC."
            return Verdict(problem=words)
        return Verdict(source, revocation, due)

    def _unknown(self) -> Verdict:
        return Verdict(problem=self.problems[-1][0])

    def _try(
        self, url: str, make: "Callable[[TranscriptWriter], Session[ResultT]]"
    ) -> ResultT | None:
        return self._run(Server(url=url, timeout_s=settings.SCEP_TIMEOUT_S), make)

    def _run(
        self, where: Server, make: "Callable[[TranscriptWriter], Session[ResultT]]"
    ) -> ResultT | None:
        """Run a session into a transcript of its own; what goes wrong is noted."""
        profile = self._group.profile
        start = TranscriptStart(
            kind="status",
            profile_uuid=profile.uuid,
            profile_name=profile.spec.name,
            location=profile.spec.location,
            subject=self._group.members[0].subject,
            job_id=self._job.id,
        )
        try:
            with transcript(start, self._exchange.clock) as record:
                return self._exchange.drive(make(record), where, record=record)
        except (ScepError, PkiError) as error:
            hint = error.hint if isinstance(error, ScepError) else ""
            self.problems.append((str(error), hint))
            return None
