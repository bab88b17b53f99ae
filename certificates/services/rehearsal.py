"""Rehearsal: one profile tested on two servers side by side."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from certificates.services import trial
from domain.actors import Actor
from profiles import queries as profiles
from profiles import services as profile_services
from profiles.spec import Challenge, ProfileDraft


@dataclass(frozen=True, slots=True)
class OtherServer:
    """What is different at the other server; everything else is as in the profile.

    Attributes:
        server_url: its SCEP URL.
        otp_server_url: its challenge page, for profiles with a Dynamic challenge.
        fingerprint: of its CA certificate; may be empty.
    """

    server_url: str
    otp_server_url: str = ""
    fingerprint: str = ""


def request(*, uuid: UUID, other: OtherServer, by: Actor, at: datetime) -> tuple[int, int]:
    """Enqueue two Tests of a saved profile: as it is, and on another server.

    Returns:
        The numbers of the two jobs.

    Raises:
        ProfileRefused: the profile cannot be tested, or what is different breaks a rule.
        NotFound: there is no such profile.
        Forbidden: the admin may not write where the profile is.
    """
    spec = profiles.candidate_profile(uuid).spec
    elsewhere = replace(spec, server_url=other.server_url, fingerprint=other.fingerprint)
    if spec.challenge is Challenge.DYNAMIC:
        elsewhere = replace(elsewhere, otp_server_url=other.otp_server_url)
    tested = [
        profile_services.try_out(draft=ProfileDraft(one), uuid=uuid, by=by, at=at)
        for one in (spec, elsewhere)
    ]
    first, second = (trial.request(trial=one, takes_password=False, by=by, at=at) for one in tested)
    return first, second
