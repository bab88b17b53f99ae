"""Rehearsal: one profile tested on two servers side by side, and enrolled with, if wanted."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from certificates.services import trial
from certificates.services.enrollment import RequestRefused, value_problems
from domain.actors import Actor
from profiles import queries as profiles
from profiles import services as profile_services
from profiles.spec import Challenge, ProfileDraft
from profiles.subject import TokenValues


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


def request(
    *,
    uuid: UUID,
    other: OtherServer,
    by: Actor,
    at: datetime,
    enroll: TokenValues | None = None,
) -> tuple[int, int]:
    """Enqueue two Tests of a saved profile: as it is, and on another server.

    Args:
        uuid: of the profile.
        other: the other server.
        by: who asks.
        at: the time.
        enroll: what the profile's tokens stand for, to enroll on each server after its Test;
            ``None`` to test only.

    Returns:
        The numbers of the two jobs.

    Raises:
        ProfileRefused: the profile cannot be tested, or what is different breaks a rule.
        RequestRefused: a token has no value, or one that no certificate can carry.
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
    if enroll and (problems := value_problems(enroll, spec)):
        raise RequestRefused("Nothing was enrolled.", problems=problems)
    first, second = (
        trial.request(trial=one, takes_password=False, by=by, at=at, enroll=enroll)
        for one in tested
    )
    return first, second
