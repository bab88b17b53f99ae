"""In which steps requests for certificates failed."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from audit import services
from audit.queries.failures import failed_steps
from domain.locations import SHARED, VSYS1, Location
from scep.transcript import Outcome, Step, StepName

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def kept(
    at: datetime, step: StepName, fact: str = "", *, kind: str = "enroll", where: Location = VSYS1
) -> UUID:
    """Keep an exchange that failed in a step."""
    start = services.TranscriptStart(
        kind=kind, profile_uuid=uuid4(), profile_name="ndes", location=where
    )
    uuid = services.open_transcript(start, at)
    services.add_step(uuid, 1, Step(StepName.DNS, Outcome.PASSED, "found"), at)
    services.add_step(uuid, 2, Step(step, Outcome.FAILED, fact), at)
    services.close_transcript(uuid, "failed", at)
    return uuid


def test_steps_are_counted_and_the_last_reason_is_told(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept(now - 2 * DAY, StepName.TCP, "refused")
    last = kept(now - DAY, StepName.TCP, "timed out", kind="renew")
    kept(now, StepName.TLS, "expired", kind="poll")

    with django_assert_num_queries(2):
        tcp, tls = failed_steps(now - 30 * DAY)

    assert (tcp.name, tcp.count, tcp.fact, tcp.transcript) == ("TCP", 2, "timed out", last)
    assert (tls.name, tls.count, tls.at) == ("TLS", 1, now)


def test_old_exchanges_and_tests_do_not_count(now: datetime) -> None:
    kept(now - 31 * DAY, StepName.TCP)
    kept(now, StepName.TCP, kind="test")
    kept(now, StepName.TCP, kind="fetch-ca")

    assert failed_steps(now - 30 * DAY) == ()


def test_only_the_locations_asked_for_count(now: datetime) -> None:
    kept(now, StepName.TCP, where=SHARED)

    assert failed_steps(now, {VSYS1}) == ()
    assert len(failed_steps(now, {SHARED})) == 1
