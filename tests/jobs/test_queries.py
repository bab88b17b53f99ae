"""Reading jobs."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from domain.errors import NotFound
from jobs import leases, queries, runner
from jobs.models import Job
from tests.jobs import factories


@pytest.mark.django_db
def test_a_job_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        queries.job(4711)


@pytest.mark.django_db
def test_the_list_shows_the_newest_first(now: datetime) -> None:
    numbers = [factories.job(now) for _ in range(3)]

    assert [job.id for job in queries.list_jobs()] == numbers[::-1]
    assert [job.id for job in queries.list_jobs(limit=1)] == numbers[-1:]


@pytest.mark.django_db
def test_the_list_costs_one_query(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        runner.run_now(factories.job(now))

    with django_assert_num_queries(1):
        assert len(queries.list_jobs()) == 5


@pytest.mark.django_db
def test_what_waits_and_what_runs_is_counted(now: datetime) -> None:
    runner.run_now(factories.job(now))
    factories.job(now)
    leases.claim(factories.job(now), owner="one", now=now)

    assert queries.running_count() == 2


@pytest.mark.parametrize(
    ("state", "result", "word", "tone"),
    [
        pytest.param("queued", "", "Queued", "neutral", id="queued"),
        pytest.param("running", "", "Running", "busy", id="running"),
        pytest.param("finished", "ok", "Successful", "ok", id="done"),
        pytest.param("finished", "failed", "Failed", "error", id="failed"),
        pytest.param("finished", "cancelled", "Cancelled", "neutral", id="cancelled"),
    ],
)
def test_a_state_has_a_word_and_a_shape(
    state: str, result: str, word: str, tone: str, now: datetime
) -> None:
    row = Job(kind="ca-fetch", state=state, result=result, enqueued_at=now, by={})

    shown = queries._view(row)

    assert (shown.word, shown.tone) == (word, tone)
    assert shown.type == "Ca fetch"
    assert shown.state_word in {"Queued", "Running", "Completed"}


@pytest.mark.parametrize(
    ("level", "word", "tone"),
    [("info", "Info", "neutral"), ("warning", "Warning", "warn"), ("error", "Error", "error")],
)
def test_a_level_has_a_word_and_a_shape(level: str, word: str, tone: str, now: datetime) -> None:
    line = queries.LineView(now, level, "text", "")

    assert (line.word, line.tone) == (word, tone)
