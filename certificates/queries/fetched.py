"""What the server of a SCEP profile sent when its CA was last fetched."""

from datetime import datetime
from typing import Final
from uuid import UUID

from audit import queries as audit
from certificates.models import ScepAuthority
from certificates.queries import authorities
from profiles.queries import FetchedCa, FetchedCertificate
from scep.cacert import CaBundle, CaCertificate, Role, read_bundle
from scep.errors import ScepError
from scep.transcript import StepName

_WORDS: Final = {
    Role.CA: "Issuing CA",
    Role.RA: "Registration authority",
    Role.CHAIN: "CA above it",
    Role.ROOT: "Root CA",
}


def fetched_ca(profile_uuid: UUID, at: datetime) -> FetchedCa | None:
    """Return what is known of the CA of a profile; ``None`` when its server never answered."""
    row = ScepAuthority.objects.filter(profile_uuid=profile_uuid).first()
    if row is None:
        return None
    bundle = CaBundle.from_json(row.bundle)
    sent = tuple(_fetched(one) for one in bundle.certificates)
    return FetchedCa(row.fetched_at, sent, authorities.notices(profile_uuid, at))


def fetched_by(job_id: int) -> FetchedCa | None:
    """Return the certificates that a server sent to a Test; ``None`` when there are none."""
    for exchange in audit.transcripts_of_job(job_id):
        for step in exchange.steps:
            if step.name == StepName.CACERT and step.received_bytes:
                body = audit.step_messages(exchange.uuid, step.sequence).received
                return _read(body, dict(step.details).get("Content type", ""), step.at)
    return None


def _read(body: bytes, content_type: str, at: datetime) -> FetchedCa | None:
    try:
        bundle = read_bundle(body, content_type)
    except ScepError:
        return None
    return FetchedCa(at, tuple(_fetched(one) for one in bundle.certificates))


def _fetched(one: CaCertificate) -> FetchedCertificate:
    facts = one.facts
    return FetchedCertificate(
        role=_WORDS[one.role],
        subject=facts.subject,
        fingerprints=(
            ("SHA-256", facts.fingerprint_sha256),
            ("SHA-1", facts.fingerprint_sha1),
            ("MD5", facts.fingerprint_md5),
        ),
        can_be_pinned=one.role is not Role.RA,
    )
