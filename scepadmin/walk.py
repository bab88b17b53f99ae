"""The whole job without a browser: what `manage.py demo --once` does and prints.

It calls the services that the browser's views call, with the real protocol over real sockets, and
believes nothing it has not read back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates import queries as certificates
from certificates.services import enrollment
from configuration import queries as configuration
from configuration import services as configuration_services
from device import queries as device
from domain.actors import SYSTEM
from domain.locations import VSYS1
from jobs import queries as jobs
from jobs import runner
from pki import certinfo, chain
from profiles import services as profiles
from profiles.spec import Challenge, ProfileDraft, ScepProfileSpec
from profiles.subject import TokenValues
from scep import transport
from scep.capabilities import Minimum
from scep.client import FetchCa
from scep.errors import ScepError
from scep.transport import Server

PROFILE: Final = "walk"
CERTIFICATE: Final = "walk-device"

Clock = Callable[[], datetime]


class WalkFailed(Exception):
    """A step of the walk did not do what it should; the text says which and why."""


@dataclass(frozen=True, slots=True)
class WalkServer:
    """The SCEP server the walk uses.

    Attributes:
        scep_url: its SCEP URL.
        challenge_url: its page of one-time passwords.
        username: account of that page.
        password: that account's password.
    """

    scep_url: str
    challenge_url: str
    username: str
    password: str


def walk(server: WalkServer, *, clock: Clock, say: Callable[[str], None]) -> None:
    """Do the main job once and verify each step.

    Args:
        server: the SCEP server.
        clock: tells the time.
        say: gets one line a step.

    Raises:
        WalkFailed: a step failed.
        Refused: a service refused a step.
    """
    say(f"1 SCEP server up: {_capabilities(server, clock)}")
    profile_uuid = _save_profile(server, clock)
    say(f"2 SCEP profile {PROFILE} saved in the candidate configuration")
    _run(configuration_services.commit(by=SYSTEM, description="walk", at=clock()))
    if configuration.pending_count():
        raise WalkFailed("The commit left changes pending.")
    say("3 committed; nothing is pending")
    ca_der = _stored("The commit stored no CA certificate.", f"{PROFILE}-ca")
    say(f"4 CA certificate stored: {certinfo.read(ca_der).subject}")
    serial = device.facts().serial
    values = TokenValues(username="", emailaddress="", hostid=serial, udid=serial)
    wanted = enrollment.Wanted(CERTIFICATE, profile_uuid, values)
    _run(enrollment.request(wanted=wanted, by=SYSTEM, at=clock()))
    issued_der = _stored("Generate stored no certificate.", CERTIFICATE)
    facts = certinfo.read(issued_der)
    say(f"5 certificate {CERTIFICATE} generated: {facts.subject}, serial {facts.serial_hex}")
    chain.verify_issued(issued_der, ca_der)
    say("6 its signature verifies with the CA certificate")


def _capabilities(server: WalkServer, clock: Clock) -> str:
    """Ask the server what it can do, waiting a while for one that is only just starting."""
    session = FetchCa(ca_ident=PROFILE, fingerprint="", minimum=Minimum.DEFAULT, now=clock())
    try:
        fetched = transport.drive(session, Server(url=server.scep_url))
    except ScepError as error:
        raise WalkFailed(f"{error.stage}: {error.fact} {error.hint}") from error
    return ", ".join(sorted(str(known) for known in fetched.capabilities.known))


def _save_profile(server: WalkServer, clock: Clock) -> UUID:
    spec = ScepProfileSpec(
        name=PROFILE,
        location=VSYS1,
        challenge=Challenge.DYNAMIC,
        otp_server_url=server.challenge_url,
        otp_username=server.username,
        server_url=server.scep_url,
        ca_ident=PROFILE,
        subject="O=Acme,CN=$UDID",
        use_as_digital_signature=True,
        use_for_key_encipherment=True,
    )
    draft = ProfileDraft(spec, otp_password=server.password)
    return profiles.save_profile(draft=draft, by=SYSTEM, at=clock())


def _run(job_id: int) -> None:
    """Run a job here and now; a failed or a warning result ends the walk."""
    runner.run_now(job_id)
    job = jobs.job(job_id)
    if job.result != "ok":
        lines = [line.text for line in job.lines]
        raise WalkFailed("\n  ".join([f"{job.description}: {job.result_text}", *lines]))


def _stored(missing: str, name: str) -> bytes:
    """Return a stored certificate of the walk's location."""
    entry = configuration.find_candidate(certificates.KIND, VSYS1, name)
    material = certificates.current_material(entry.uuid) if entry else None
    if material is None or not material.certificate_der:
        raise WalkFailed(missing)
    return material.certificate_der
