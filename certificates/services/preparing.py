"""From a wish to a request that is stored, sealed, and ready to send.

Whatever is killed before :func:`prepare_new` returns has sent nothing that asks for a certificate,
and starts anew. Whatever is killed later finds the request stored and sends the same bytes again.
"""

import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from django.db import transaction

from certificates.models import Enrollment, EnrollmentState
from certificates.queries import running_entry
from certificates.services import authority, placing
from certificates.services.exchange import (
    EntryFinder,
    Exchange,
    TranscriptWriter,
    minimum,
    page_server,
)
from device import secrets
from jobs.handlers import LeaseLost, RunningJob
from pki import csr, keys, names
from profiles import services as profiles
from profiles import subject
from profiles.queries import RunningProfile
from profiles.spec import Challenge, Transport
from profiles.subject import TokenValues
from scep import prepare
from scep.cacert import CaBundle, check_validity
from scep.capabilities import choose
from scep.client import FetchChallenge
from scep.errors import NotTrusted
from scep.prepare import EnrollmentKey, PreparedRequest
from scep.transcript import Outcome, Step, StepName


@dataclass(frozen=True, slots=True)
class Work:
    """One run of an enrollment job.

    Attributes:
        row: the enrollment as it was when the run began.
        profile: the running profile it uses.
        job: the job.
        exchange: how servers are reached.
        record: the transcript.
    """

    row: Enrollment
    profile: RunningProfile
    job: RunningJob
    exchange: Exchange
    record: TranscriptWriter

    @property
    def find(self) -> EntryFinder:
        """Finds running certificates that the profile names for TLS."""
        return lambda name: running_entry(self.profile.spec.location, name)


@dataclass(frozen=True, slots=True)
class Ready:
    """A request that is stored: what it takes to send it and to understand the answer."""

    prepared: PreparedRequest = field(repr=False)
    key: EnrollmentKey
    bundle: CaBundle


def restore(row: Enrollment) -> Ready:
    """Read back what :func:`prepare_new` stored.

    Raises:
        SecretUnreadable: the request or the key is gone.
    """
    if row.request_secret is None or row.key_secret is None:
        message = f"enrollment {row.uuid} is {row.state} without its request"
        raise RuntimeError(message)
    return Ready(
        PreparedRequest.from_json(secrets.unseal(row.request_secret).decode()),
        EnrollmentKey(keys.from_pkcs8_der(secrets.unseal(row.key_secret))),
        CaBundle.from_json(row.bundle),
    )


def prepare_new(work: Work) -> Ready:
    """Make the key and the request, and store both before anything asks for a certificate.

    Raises:
        ScepError: CA certificate or challenge could not be had, or the request cannot be made.
        Refused: the profile's subject, SAN, TLS certificates or secrets cannot be used.
        PkiError: the request cannot carry what the profile says.
        LeaseLost: another run has stored a request meanwhile.
    """
    known = _authority(work)
    work.job.progress(20)
    spec = work.profile.spec
    values = TokenValues(**work.row.tokens)
    dn = subject.expand(spec.subject, values)
    san = subject.expand_san(spec, values)
    # Before a one-time password is used up: a server that is too weak gets no request.
    algorithms = choose(known.capabilities, minimum(spec), get=spec.transport is Transport.GET)
    key = EnrollmentKey(_generate(work))
    work.job.progress(40)
    wanted = csr.CsrSpec(
        subject=dn,
        digest=spec.digest,
        challenge_password=_challenge(work, known.bundle),
        digital_signature=spec.use_as_digital_signature,
        key_encipherment=spec.use_for_key_encipherment,
        san=(san,) if san else (),
    )
    csr_der = csr.build(wanted, key.private_key)
    work.record(prepare.csr_step(wanted, csr_der, subject=names.text(names.to_x509(dn))))
    work.job.progress(60)
    prepared = prepare.prepare(
        csr_der=csr_der,
        key=key,
        bundle=known.bundle,
        algorithms=algorithms,
        now=work.exchange.clock(),
        record=work.record,
    )
    ready = Ready(prepared, key, known.bundle)
    _store(work, ready)
    return ready


def _authority(work: Work) -> authority.Authority:
    """Return the profile's CA; fetched first if it is missing, out of date or expired."""
    known = authority.current(work.profile)
    if known is not None:
        try:
            check_validity(known.bundle, work.exchange.clock())
        except NotTrusted:
            known = None
    if known is not None:
        return known
    work.job.say("The CA certificate is fetched first")
    asked = authority.inquiry(work.profile, work.find)
    fetched = authority.fetch(asked, work.exchange, work.record)
    placements = authority.join_candidate(
        work.profile, fetched, job=work.job, at=work.exchange.clock()
    )
    for fact, hint in placing.changes(fetched, placements):
        work.job.say(f'SCEP profile "{work.profile.spec.name}": {fact}', level="warning", hint=hint)
    return authority.Authority(fetched.bundle, fetched.capabilities)


def _generate(work: Work) -> RSAPrivateKey:
    bits = work.profile.spec.key_bits
    began = time.perf_counter()
    key = keys.generate_rsa(bits)
    took_ms = (time.perf_counter() - began) * 1000
    fact = f"RSA key pair of {bits} bits generated."
    work.record(Step(StepName.KEY, Outcome.PASSED, fact, duration_ms=took_ms))
    return key


def _challenge(work: Work, bundle: CaBundle) -> str:
    """Return the challenge password; a one-time password is fetched now, as late as can be."""
    spec = work.profile.spec
    match spec.challenge:
        case Challenge.NONE:
            return ""
        case Challenge.FIXED:
            fact = "The profile's fixed password is used."
            work.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact))
            return profiles.challenge_password(spec)
        case Challenge.DYNAMIC:
            where = page_server(spec, work.find, profiles.otp_password(spec))
            session = FetchChallenge(bundle=bundle, record=work.record)
            return work.exchange.drive(session, where, record=work.record).password


@transaction.atomic
def _store(work: Work, ready: Ready) -> None:
    at = work.exchange.clock()
    request = ready.prepared.to_json().encode()
    key_der = keys.to_pkcs8_der(ready.key.private_key)
    stored = Enrollment.objects.filter(pk=work.row.pk, state=EnrollmentState.QUEUED).update(
        state=EnrollmentState.PREPARED,
        bundle=ready.bundle.to_json(),
        transaction_id=ready.prepared.transaction_id,
        request_secret=secrets.seal(request, purpose="SCEP request", at=at),
        key_secret=secrets.seal(key_der, purpose="private key", at=at),
    )
    if not stored:
        raise LeaseLost
