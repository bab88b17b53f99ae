"""From a wish to a request that is stored, sealed, and ready to send.

Whatever is killed before :func:`prepare_new` returns has sent nothing that asks for a certificate,
and starts anew. Whatever is killed later finds the request stored and sends the same bytes again.
"""

from dataclasses import dataclass

from django.db import transaction

from certificates.models import Enrollment, EnrollmentState
from certificates.queries import running_entry
from certificates.services import authority, placing, renewing, requesting
from certificates.services.exchange import EntryFinder, Exchange, TranscriptWriter
from certificates.services.requesting import Order, Ready
from certificates.spec import PRIVATE_KEY
from device import secrets
from jobs.handlers import LeaseLost, RunningJob
from pki import keys
from profiles.queries import RunningProfile
from profiles.subject import TokenValues
from scep.cacert import CaBundle, check_validity
from scep.errors import NotTrusted
from scep.prepare import EnrollmentKey, PreparedRequest


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

    @property
    def order(self) -> Order:
        """What the request is made from."""
        return Order(
            spec=self.profile.spec,
            values=TokenValues(**self.row.tokens),
            find=self.find,
            exchange=self.exchange,
            record=self.record,
            progress=self.job.progress,
        )


def restore(row: Enrollment) -> Ready:
    """Read back what :func:`prepare_new` stored.

    Raises:
        SecretUnreadable: the request or the key is gone.
    """
    if row.request_secret is None or row.key_secret is None:
        message = f"enrollment {row.uuid} is {row.state} without its request"
        raise RuntimeError(message)
    prepared = PreparedRequest.from_json(secrets.unseal(row.request_secret).decode())
    key = EnrollmentKey(keys.from_pkcs8_der(secrets.unseal(row.key_secret)))
    old = row.renews
    signed_with_old = old and bytes(old.certificate_der) == prepared.signer_certificate_der
    reply_key = renewing.identity_of(old).private_key if old and signed_with_old else None
    return Ready(prepared, key, CaBundle.from_json(row.bundle), reply_key or key.private_key)


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
    old = work.row.renews
    if old is None:
        ready = requesting.make(work.order, known)
    else:
        ready = renewing.make(work.order, known, old, work.row.method)
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
        key_secret=secrets.seal(key_der, purpose=PRIVATE_KEY, at=at),
    )
    if not stored:
        raise LeaseLost
