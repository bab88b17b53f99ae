"""Exchanges that are kept, and maria who looks at them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from django.test import Client

from audit import services
from device.models import Admin
from domain.locations import VSYS1, Location
from scep.transcript import Outcome, Step, StepName

Keep = Callable[..., UUID]


@pytest.fixture
def maria(client: Client, now: datetime, db: None) -> Client:
    """A browser in which maria has signed in."""
    del db
    client.force_login(Admin.objects.create(username="maria", created_at=now))
    return client


@pytest.fixture
def reader(now: datetime, db: None) -> Client:
    """A browser in which rita, who only reads, has signed in."""
    del db
    client = Client()
    client.force_login(Admin.objects.create(username="rita", role="superreader", created_at=now))
    return client


@pytest.fixture
def keep(now: datetime, db: None) -> Keep:
    """Keeps an exchange, each a minute after the one before."""
    del db
    kept: list[UUID] = []

    def one(
        *steps: Step,
        kind: str = "enroll",
        profile: UUID | None = None,
        name: str = "ndes",
        location: Location = VSYS1,
        outcome: str | None = "passed",
    ) -> UUID:
        at = now + timedelta(minutes=len(kept))
        start = services.TranscriptStart(
            kind=kind,
            profile_uuid=profile or uuid4(),
            profile_name=name,
            location=location,
            subject="CN=fw-1",
            job_id=7,
        )
        uuid = services.open_transcript(start, at)
        for number, step in enumerate(steps, start=1):
            services.add_step(uuid, number, step, at)
        if outcome is not None:
            services.close_transcript(uuid, outcome, at + timedelta(seconds=2))
        kept.append(uuid)
        return uuid

    return one


def sent_and_received() -> Step:
    """A step in which a message went each way."""
    return Step(
        StepName.PKIOPERATION,
        Outcome.PASSED,
        "The server granted the request.",
        details=(("Status", "SUCCESS (0)"), ("Body", "what-the-server-said")),
        duration_ms=12.0,
        sent=b"\x30\x82request",
        received=b"<html>reply",
    )


TLS_FAILED = Step(StepName.TLS, Outcome.FAILED, "The certificate has expired.", "Renew it.")
CAPS_WARNED = Step(StepName.CAPS, Outcome.WARNED, "No list of capabilities.")
DNS_PASSED = Step(StepName.DNS, Outcome.PASSED, "ca.example is 192.0.2.1.")
