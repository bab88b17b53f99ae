"""What a dashboard has to show: certificates, enrollments and exchanges of the real now.

Pages read the clock, so the times here are told from it.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils import timezone

from audit import services as audit
from certificates.models import Enrollment, EnrollmentState
from domain.locations import VSYS1, Location
from profiles.subject import TokenValues
from scep.transcript import Outcome, Step, StepName
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import Bench
from tests.issuing import Wanted, issue


def real_now() -> datetime:
    """The time that pages read."""
    return timezone.now()  # noqa: TID251 - pages read the clock


def keep(bench: Bench, name: str, *, days: int, location: Location = VSYS1) -> UUID:
    """Put a certificate into the candidate that ends so many days from now."""
    now = real_now()
    wanted = Wanted(
        name, not_before=now - timedelta(days=400), not_after=now + timedelta(days=days)
    )
    return bench.keep(name, issue(wanted, authority("Acme")), location=location)


def enroll(
    bench: Bench, profile: UUID, name: str, state: EnrollmentState, *, reason: str = ""
) -> Enrollment:
    """Leave an enrollment that was asked for just now and stands so."""
    row = bench.request(profile, name, values=TokenValues(username=name))
    row.state, row.reason, row.requested_at = state, reason, real_now()
    row.save()
    return row


def fail_exchange(step: StepName, fact: str) -> UUID:
    """Leave an exchange that failed just now."""
    now = real_now()
    start = audit.TranscriptStart(
        kind="enroll", profile_uuid=uuid4(), profile_name="ndes", location=VSYS1
    )
    uuid = audit.open_transcript(start, now)
    audit.add_step(uuid, 1, Step(step, Outcome.FAILED, fact, "Ask the PKI team."), now)
    audit.close_transcript(uuid, "failed", now)
    return uuid
