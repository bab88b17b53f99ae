"""One enrollment from the CA's certificates to ours, every file written when it is known."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import bundle, csr, keys
from pki.csr import CsrSpec
from pki.errors import CsrInvalid
from scep.cacert import CaBundle, check_fingerprint
from scep.capabilities import Minimum, choose
from scep.challenge import ChallengePage
from scep.client import Enroll, EnrollmentResult, FetchCa, FetchChallenge, Issued
from scep.commands import cacert
from scep.commands.files import Folder
from scep.commands.journal import Journal
from scep.errors import CsrUnusable, EnrollmentRefused, NotTrusted
from scep.prepare import EnrollmentKey, PreparedRequest, prepare
from scep.transcript import Outcome, Step, StepName
from scep.transport import Connection, Server, drive


@dataclass(frozen=True)
class Order:
    """What the command line asked for.

    Attributes:
        server: the SCEP server.
        challenge_server: where a challenge password is fetched; None when it is given or absent.
        spec: the request, with the challenge password when it was given.
        key: the key to use; None makes one of ``bits``.
        get: send by GET even when the server takes POST.
        tls_files: paths that asking again will need, by argument.
    """

    server: Server
    challenge_server: Server | None
    spec: CsrSpec = field(repr=False)
    bits: int
    key: RSAPrivateKey | None = field(repr=False)
    ca_ident: str
    fingerprint: str
    minimum: Minimum
    get: bool
    tls_files: Mapping[str, str]


class Enrollment:
    """Carries an order out."""

    def __init__(self, order: Order, folder: Folder, journal: Journal) -> None:
        self._order = order
        self._folder = folder
        self._journal = journal

    def run(self) -> EnrollmentResult:
        """Enroll; the files in the folder say how far it went.

        Raises:
            ScepError: the protocol ended without certificate; the failed step may not be in the
                journal yet.
        """
        order = self._order
        with Connection(order.server) as connection:
            fetched = connection.drive(self._fetch_ca(), record=self._journal.record)
            algorithms = choose(fetched.capabilities, order.minimum, get=order.get)
            cacert.write(fetched.bundle, self._folder)
            key = self._key()
            spec = self._challenged(fetched.bundle)
            prepared = prepare(
                csr_der=self._csr(spec, key),
                key=key,
                bundle=fetched.bundle,
                algorithms=algorithms,
                now=datetime.now(UTC),
                record=self._journal.record,
            )
            self._folder.write("key.pem", keys.to_pem(key.private_key))
            return self._send(connection, prepared, key, fetched.bundle)

    def _fetch_ca(self) -> FetchCa:
        return FetchCa(
            ca_ident=self._order.ca_ident,
            fingerprint=self._order.fingerprint,
            minimum=self._order.minimum,
            now=datetime.now(UTC),
            record=self._journal.record,
        )

    def _key(self) -> EnrollmentKey:
        started = time.monotonic()
        if self._order.key is not None:
            fact = f"The RSA key of {self._order.key.key_size} bits from the file is used."
            self._journal.passed(StepName.KEY, fact, started)
            return EnrollmentKey(self._order.key, used_before=True)
        made = keys.generate_rsa(self._order.bits)
        self._journal.passed(StepName.KEY, f"An RSA key of {made.key_size} bits was made.", started)
        return EnrollmentKey(made)

    def _challenged(self, found: CaBundle) -> CsrSpec:
        """Fetch the challenge password as late as possible: it is good for minutes only."""
        server, spec = self._order.challenge_server, self._order.spec
        if server is None:
            return spec
        session = FetchChallenge(record=self._journal.record)
        page = drive(session, server, record=self._journal.record)
        self._compare(page, found)
        return replace(spec, challenge_password=page.password)

    def _compare(self, page: ChallengePage, found: CaBundle) -> None:
        if not page.ca_thumbprint:
            return
        try:
            check_fingerprint(found, page.ca_thumbprint)
        except NotTrusted:
            fact = "The challenge page shows the thumbprint of another CA certificate."
            hint = "Compare the two, and whether both URLs belong to the same server."
            self._journal.record(Step(StepName.CHALLENGE, Outcome.WARNED, fact, hint))

    def _csr(self, spec: CsrSpec, key: EnrollmentKey) -> bytes:
        started = time.monotonic()
        try:
            der = csr.build(spec, key.private_key)
        except CsrInvalid as error:
            raise CsrUnusable(str(error), stage=StepName.CSR) from error
        self._folder.write("csr.der", der)
        digest = spec.digest.upper().replace("SHA", "SHA-")
        fact = f"The request for {spec.subject} is signed with {digest}."
        self._journal.passed(StepName.CSR, fact, started)
        return der

    def _send(
        self, connection: Connection, prepared: PreparedRequest, key: EnrollmentKey, found: CaBundle
    ) -> EnrollmentResult:
        session = Enroll(
            prepared=prepared,
            reply_key=key.private_key,
            bundle=found,
            minimum=self._order.minimum,
            now=datetime.now(UTC),
            record=self._journal.record,
        )
        try:
            result = connection.drive(session, record=self._journal.record)
        except EnrollmentRefused:
            if self._order.key is None:
                # A key that nobody certified is of no use, and would stand in the way of a retry.
                self._folder.remove("key.pem")
            raise
        if isinstance(result, Issued):
            issued = bundle.to_pem(result.certificate_der)
            self._folder.write("cert.pem", issued, public=True)
        else:
            self._folder.write("state.json", self._state(prepared, found))
        return result

    def _state(self, prepared: PreparedRequest, found: CaBundle) -> str:
        """Everything that asking again needs; the key stays in ``key.pem``."""
        state = {
            "version": 1,
            "url": self._order.server.url,
            "tls_files": dict(self._order.tls_files),
            "minimum": self._order.minimum,
            "bundle": json.loads(found.to_json()),
            "prepared": json.loads(prepared.to_json()),
        }
        return f"{json.dumps(state, indent=2)}\n"
