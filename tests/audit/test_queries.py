"""Reading the logs."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from audit import queries, services
from audit.models import AuditEvent, Transcript, TranscriptStep
from domain.errors import NotFound
from domain.locations import SHARED
from scep.transcript import Outcome, Step, StepName


def opened(now: datetime, kind: str = "fetch-ca", job_id: int | None = 3) -> queries.TranscriptView:
    start = services.TranscriptStart(
        kind=kind, profile_uuid=None, profile_name="p", location=SHARED, job_id=job_id
    )
    return queries.transcript(services.open_transcript(start, now))


@pytest.mark.django_db
def test_a_transcript_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        queries.transcript(uuid4())


@pytest.mark.django_db
def test_transcripts_of_a_job_come_oldest_first(now: datetime) -> None:
    second = opened(now + timedelta(seconds=1))
    first = opened(now)
    opened(now, job_id=4)

    assert [kept.uuid for kept in queries.transcripts_of_job(3)] == [first.uuid, second.uuid]


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_transcripts(
    now: datetime, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(5):
        uuid = opened(now).uuid
        services.add_step(uuid, 1, Step(StepName.DNS, Outcome.PASSED, "Found."), now)

    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django does not say so
        assert len(queries.transcripts_of_job(3)) == 5


@pytest.mark.django_db
def test_titles_say_what_an_exchange_was_for(now: datetime) -> None:
    assert opened(now).title == "CA certificate, p"
    assert opened(now, kind="renew").title == "Renewal request, p"
    assert opened(now, kind="look-up").title == "Look-up, p"


@pytest.mark.django_db
def test_an_exchange_names_the_scep_server_and_not_the_challenge_page(now: datetime) -> None:
    uuid = opened(now).uuid
    assert queries.transcript(uuid).server == ""

    for number, (name, url) in enumerate(
        (
            (StepName.CHALLENGE, "https://other.example/CertSrv/mscep_admin/"),
            (StepName.CAPS, "http://ca.example:8081/certsrv/mscep/?operation=GetCACaps"),
        ),
        start=1,
    ):
        step = Step(name, Outcome.PASSED, "Read.", details=(("Request", f"GET {url}"),))
        services.add_step(uuid, number, step, now)

    assert queries.transcript(uuid).server == "http://ca.example:8081"


@pytest.mark.django_db
def test_a_transcript_that_goes_on_says_what_it_waits_for(now: datetime) -> None:
    running = opened(now)
    services.close_transcript(running.uuid, "warned", now)

    assert running.running_words == "Waiting for the server"
    assert queries.transcript(running.uuid).running_words == ""


@pytest.mark.parametrize(
    ("outcome", "word", "tone"),
    [
        pytest.param("passed", "Passed", "ok", id="passed"),
        pytest.param("warned", "Warning", "warn", id="warned"),
        pytest.param("failed", "Failed", "error", id="failed"),
        pytest.param("odd", "odd", "neutral", id="a word of a later version"),
    ],
)
def test_outcomes_have_a_word_and_a_shape(
    outcome: str, word: str, tone: str, now: datetime
) -> None:
    step = queries.StepView("k", "DNS", outcome, "f", "", (), 0.0, now)

    assert (step.word, step.tone) == (word, tone)


@pytest.mark.django_db
def test_a_transcript_without_location_has_none(now: datetime) -> None:
    row = Transcript.objects.create(kind="enroll", started_at=now)

    assert queries.transcript(row.uuid).location is None


def test_rows_describe_themselves(now: datetime) -> None:
    transcript = Transcript(kind="enroll", profile_name="p", started_at=now)
    step = TranscriptStep(transcript=transcript, sequence=2, name="DNS", outcome="passed")

    assert str(transcript) == "enroll p"
    assert str(step) == "2 DNS: passed"
    assert str(AuditEvent(text="It happened.")) == "It happened."
