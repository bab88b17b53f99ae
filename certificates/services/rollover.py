"""The CA certificate to come (GetNextCACert): asked for, kept, switched to when its time has come.

The present CA signs the announcement, so nobody else can make one. Until it takes over, nothing is
trusted because of it (RFC 8894 section 4.7). A profile with a fingerprint is never switched: its
admin said which CA certificate it is.
"""

from datetime import datetime

from audit import services as audit
from audit.services import TranscriptStart
from certificates.models import AuthorityWatch, ScepAuthority
from certificates.queries import authorities
from certificates.services import authority
from certificates.services.authority import Inquiry
from certificates.services.exchange import Exchange, transcript
from domain.actors import SYSTEM
from jobs.handlers import RunningJob
from profiles.queries import RunningProfile
from scep.cacert import spell
from scep.capabilities import parse
from scep.client import FetchedCa, FetchNextCa, NextCa
from scep.errors import ScepError
from scep.vocabulary import Capability


def ask(asked: Inquiry, fetched: FetchedCa, *, job: RunningJob, exchange: Exchange) -> None:
    """Ask a server that offers it for its next CA certificate, and keep the answer.

    A server that lists it and has none to announce, as most, is no more than a line of the job.
    """
    profile = asked.profile
    if not fetched.capabilities.offers(Capability.GET_NEXT_CA_CERT):
        _keep(profile, None)
        return
    start = TranscriptStart(
        kind="next-ca",
        profile_uuid=profile.uuid,
        profile_name=profile.spec.name,
        location=profile.spec.location,
        job_id=job.id,
    )
    try:
        with transcript(start, exchange.clock) as record:
            session = FetchNextCa(
                current=fetched.bundle,
                capabilities=fetched.capabilities,
                ca_ident=profile.spec.ca_ident,
                minimum=asked.minimum,
                now=exchange.clock(),
                record=record,
            )
            coming = exchange.drive(session, asked.server, record=record)
    except ScepError as error:
        text = f'SCEP profile "{profile.spec.name}": no next CA certificate. {error.fact}'
        job.say(text, hint=error.hint)
        return
    is_news = coming.bundle.ca.der != fetched.bundle.ca.der
    if _keep(profile, coming if is_news else None):
        _tell(profile, coming, job=job, at=exchange.clock())


def switch(profile: RunningProfile, *, job: RunningJob, at: datetime) -> bool:
    """Put the next CA certificate in the place of the present one, if its time has come.

    Returns:
        Whether it was done.
    """
    known = authorities.known(profile.uuid)
    row = ScepAuthority.objects.filter(profile_uuid=profile.uuid).first()
    if known.coming is None or row is None or profile.spec.fingerprint or not known.is_over(at):
        return False
    capabilities = parse(bytes(row.capabilities))
    fetched = FetchedCa(capabilities, bytes(row.capabilities), known.coming, pinned=False)
    placements = authority.join_candidate(profile, fetched, job=job, at=at)
    _keep(profile, None)
    names = ", ".join(item.name for item in placements)
    text = f"SCEP profile {profile.spec.name}: the next CA certificate has taken over ({names})."
    job.say(text)
    audit.record(kind="certificate", actor=SYSTEM, text=text, at=at, object_name=profile.spec.name)
    return True


def _keep(profile: RunningProfile, coming: NextCa | None) -> bool:
    """Keep an announcement, or forget the last; tell whether it says something new."""
    row = AuthorityWatch.objects.filter(profile_uuid=profile.uuid)
    bundle = coming.bundle.to_json() if coming else ""
    is_new = not row.filter(next_bundle=bundle).exists()
    row.update(next_bundle=bundle, takes_over=coming.takes_over if coming else None)
    return is_new and coming is not None


def _tell(profile: RunningProfile, coming: NextCa, *, job: RunningJob, at: datetime) -> None:
    facts = coming.bundle.ca.facts
    text = (
        f"SCEP profile {profile.spec.name}: the CA announces its next certificate, "
        f"{facts.subject}, which takes over at {coming.takes_over:%Y-%m-%d %H:%M:%S} UTC."
    )
    digits = spell(facts.fingerprint_sha256)
    job.say(text, hint=f"SHA-256: {digits}.")
    detail = {"sha256": facts.fingerprint_sha256, "alert": "ca-changed"}
    audit.record(
        kind="certificate",
        actor=SYSTEM,
        text=text,
        at=at,
        object_name=profile.spec.name,
        detail=detail,
    )
