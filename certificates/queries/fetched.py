"""What the server of a SCEP profile sent when its CA was last fetched."""

from typing import Final
from uuid import UUID

from certificates.models import ScepAuthority
from profiles.queries import FetchedCa, FetchedCertificate
from scep.cacert import CaBundle, CaCertificate, Role

_WORDS: Final = {
    Role.CA: "Issuing CA",
    Role.RA: "Registration authority",
    Role.CHAIN: "CA above it",
    Role.ROOT: "Root CA",
}


def fetched_ca(profile_uuid: UUID) -> FetchedCa | None:
    """Return the certificates that a profile's server sent; ``None`` when it never answered."""
    row = ScepAuthority.objects.filter(profile_uuid=profile_uuid).first()
    if row is None:
        return None
    bundle = CaBundle.from_json(row.bundle)
    return FetchedCa(row.fetched_at, tuple(_fetched(one) for one in bundle.certificates))


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
