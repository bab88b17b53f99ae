"""The exchanges as a list, and how long they are kept."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from audit import services
from audit.models import Transcript, TranscriptStep
from audit.queries import exchanges
from audit.queries.exchanges import Wanted
from audit.queries.paging import PAGE_SIZE
from domain.locations import SHARED, VSYS1
from scep.transcript import Outcome, Step, StepName

pytestmark = pytest.mark.django_db


def kept(
    at: datetime, *steps: tuple[StepName, Outcome], profile: UUID | None = None, name: str = "ndes"
) -> UUID:
    start = services.TranscriptStart(
        kind="fetch-ca", profile_uuid=profile, profile_name=name, location=SHARED
    )
    uuid = services.open_transcript(start, at)
    for number, (step, outcome) in enumerate(steps, start=1):
        services.add_step(uuid, number, Step(step, outcome, f"{step} {outcome}"), at)
    services.close_transcript(uuid, "failed", at + timedelta(seconds=3))
    return uuid


def test_pages_come_newest_first_and_say_where_they_stand(now: datetime) -> None:
    for number in range(PAGE_SIZE + 1):
        kept(now + timedelta(minutes=number), name=f"p{number}")

    first, second = (exchanges.page(Wanted(), number) for number in (1, 2))

    assert first.rows[0].profile_name == "p50"
    assert (first.first, first.last, first.count) == (1, 50, 51)
    assert (first.newer, first.older) == (None, 2)
    assert [row.profile_name for row in second.rows] == ["p0"]
    assert (second.first, second.last, second.newer, second.older) == (51, 51, 1, None)
    assert exchanges.page(Wanted(), 99).number == 2
    assert exchanges.page(Wanted(), 0).number == 1


def test_the_number_of_queries_does_not_grow_with_rows(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(9):
        kept(now + timedelta(minutes=number), (StepName.DNS, Outcome.PASSED))

    with django_assert_num_queries(3):
        assert len(exchanges.page(Wanted(), 1).rows) == 9


def test_the_step_that_tells_most_is_the_failed_one_else_the_last_warning(now: datetime) -> None:
    passed, warned, failed = Outcome.PASSED, Outcome.WARNED, Outcome.FAILED
    kept(now, (StepName.DNS, failed), (StepName.TCP, warned))
    kept(
        now + timedelta(1), (StepName.TLS, warned), (StepName.CAPS, warned), (StepName.CSR, passed)
    )
    kept(now + timedelta(2), (StepName.DNS, passed), (StepName.TCP, passed))
    kept(now + timedelta(3))

    rows = exchanges.page(Wanted(), 1).rows

    assert [row.step for row in rows] == ["", "TCP", "GetCACaps", "DNS"]
    assert rows[3].fact == "DNS failed"


def test_a_row_says_how_long_it_took_unless_it_runs(now: datetime) -> None:
    kept(now)
    running = Transcript.objects.create(kind="enroll", started_at=now + timedelta(1))

    first, second = exchanges.page(Wanted(), 1).rows

    assert (first.uuid, first.duration, first.word, first.tone) == (
        running.uuid,
        None,
        "Running",
        "busy",
    )
    assert first.duration_ms is None
    assert first.location is None
    assert (second.duration_ms, second.word, second.tone) == (3000.0, "Failed", "error")


def test_profiles_are_listed_under_their_last_name(now: datetime) -> None:
    one, two = uuid4(), uuid4()
    kept(now, profile=one, name="old")
    kept(now + timedelta(1), profile=one, name="new")
    kept(now, profile=two, name="another")
    kept(now, name="none")

    assert exchanges.profiles_seen() == [(two, "another"), (one, "new")]
    assert exchanges.profiles_seen(frozenset({VSYS1})) == []


def test_the_last_exchange_of_each_profile_is_found(now: datetime) -> None:
    one, two = uuid4(), uuid4()
    kept(now, profile=one)
    last = kept(now + timedelta(1), profile=one)
    other = kept(now, profile=two)

    found = exchanges.last_exchanges([one, two, uuid4()])

    assert {uuid: row.uuid for uuid, row in found.items()} == {one: last, two: other}


def test_exchanges_go_after_their_days_with_their_steps(now: datetime, settings: Settings) -> None:
    settings.TRANSCRIPT_DAYS = 2
    kept(now - timedelta(days=2, seconds=1), (StepName.DNS, Outcome.PASSED))
    young = kept(now - timedelta(days=2), (StepName.DNS, Outcome.PASSED))

    services.prune_transcripts(now)

    assert [row.uuid for row in Transcript.objects.all()] == [young]
    assert [step.transcript_id for step in TranscriptStep.objects.all()] == [young]
