"""How long the dashboard takes at 10,000 device certificates, and what it asks.

``python -m bench.dashboard [--count N] [--write docs/performance.md]`` fills an empty database
with certificates, half as many enrollments over the last 60 days and the exchanges of those that
failed, and prints what ``bench.certificates`` prints for its page.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.test import Client

from bench import empty_device, pages
from bench.measuring import machine

PAGE: Final = "/dashboard/"
AIM_MS: Final = 50
PROFILES: Final = 20
FAILING: Final = 10
"""Every tenth enrollment fails."""


def _measured(count: int) -> str:
    # Models can be imported only when Django is ready.
    from bench import certificate_stock as stock  # noqa: PLC0415
    from device.models import Admin  # noqa: PLC0415

    at = stock.midnight()
    stock.fill(count, at=at)
    _enroll(count // 2, at)
    client = Client(HTTP_HOST="localhost")
    client.force_login(Admin.objects.create(username="bench", created_at=at))
    itself = {"HX-Request": "true", "HX-Target": "dashboard", "HX-Trigger": "dashboard"}
    asked = {
        "whole page, months": pages.get(client, PAGE),
        "whole page, weeks": pages.get(client, f"{PAGE}?by=week"),
        "asks for itself again": pages.get(client, PAGE, itself),
    }
    lines = [pages.line(what, ask, AIM_MS) for what, ask in asked.items()]
    head = (
        f"{machine()} {count} certificates and {count // 2} enrollments with {PROFILES} profiles, "
        f"medians of {pages.ROUNDS} answers."
    )
    return "\n".join((head, "", pages.COLUMNS, *lines))


def _enroll(count: int, at: datetime) -> None:
    from audit.models import Transcript, TranscriptStep  # noqa: PLC0415
    from certificates.models import Enrollment, EnrollmentState  # noqa: PLC0415

    steps = ("TCP", "TLS", "PKIOperation")
    enrollments, exchanges, failures = [], [], []
    for number in range(count):
        profile = UUID(int=number % PROFILES + 1)
        begun = at - timedelta(days=60) * number / count
        fails = number % FAILING == 0
        enrollments.append(
            Enrollment(
                job_id=number,
                name=f"fw-{number:05}",
                location="vsys1",
                profile_uuid=profile,
                profile_name=f"profile-{number % PROFILES}",
                subject="O=Acme",
                state=EnrollmentState.FAILED if fails else EnrollmentState.ISSUED,
                requested_by="bench",
                requested_at=begun,
                finished_at=begun,
                bundle="[]" * 2000,  # as long as the certificates of a CA are as JSON
            )
        )
        one = Transcript(
            kind="enroll",
            profile_uuid=profile,
            location="vsys1",
            started_at=begun,
            ended_at=begun,
            outcome="failed" if fails else "passed",
        )
        exchanges.append(one)
        failures += [
            TranscriptStep(
                transcript=one,
                sequence=place,
                name=name,
                outcome="failed" if fails and name == steps[number // FAILING % 3] else "passed",
                fact="The server did not answer.",
                duration_ms=3.0,
                sent=bytes(3000),
                at=begun,
            )
            for place, name in enumerate(steps, start=1)
        ]
    Enrollment.objects.bulk_create(enrollments, batch_size=500)
    Transcript.objects.bulk_create(exchanges, batch_size=500)
    TranscriptStep.objects.bulk_create(failures, batch_size=500)


if __name__ == "__main__":
    empty_device.main(_measured, about=__doc__, name="dashboard", count=10_000)
