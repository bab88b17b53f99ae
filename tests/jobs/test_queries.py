"""Reading jobs."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from audit.queries.paging import PAGE_SIZE
from domain.errors import NotFound
from jobs import leases, queries, runner
from jobs.models import Job
from jobs.queries import Wanted
from tests.jobs import factories


def ids(wanted: Wanted, number: int = 1) -> list[int]:
    """The numbers of the jobs on a page."""
    return [job.id for job in queries.page(wanted, number).rows]


@pytest.mark.django_db
def test_a_job_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        queries.job(4711)


@pytest.mark.django_db
def test_the_list_shows_the_newest_first(now: datetime) -> None:
    numbers = [factories.job(now) for _ in range(3)]

    assert ids(Wanted()) == numbers[::-1]


@pytest.mark.django_db
def test_a_long_list_has_pages(now: datetime) -> None:
    numbers = [factories.job(now) for _ in range(PAGE_SIZE + 1)]

    assert ids(Wanted(), 2) == numbers[:1]
    assert queries.page(Wanted()).older == 2


@pytest.mark.django_db
def test_the_list_is_filtered_by_kind_admin_result_and_text(now: datetime) -> None:
    done = factories.job(now, description="certificate fw-1")
    runner.run_now(done)
    broken = factories.job(now, kind="fail")
    runner.run_now(broken)
    waiting = factories.job(now, kind="warn")

    assert ids(Wanted(kind="fail")) == [broken]
    assert ids(Wanted(admin="alice")) == [waiting, broken, done]
    assert ids(Wanted(admin="maria")) == []
    assert ids(Wanted(result="ok")) == [done]
    assert ids(Wanted(text="FW-1")) == [done]
    assert ids(Wanted(text="server refused")) == [broken]
    assert waiting in ids(Wanted(text=str(waiting)))
    assert ids(Wanted(text="9" * 30)) == []
    assert ids(Wanted(unfinished=True)) == [waiting]
    assert (queries.kinds(), queries.admins()) == (["echo", "fail", "warn"], ["alice"])


@pytest.mark.django_db
def test_the_list_says_what_an_unfinished_job_does(now: datetime) -> None:
    number = factories.job(now)
    leases.claim(number, owner="one", now=now)
    for text in ("Asking.", "Waiting."):
        leases.add_line(number, leases.Line("info", text), now=now)

    (shown,) = queries.page(Wanted()).rows
    assert shown.step == "Waiting."


@pytest.mark.django_db
def test_the_list_costs_two_queries(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        runner.run_now(factories.job(now))

    with django_assert_num_queries(2):
        assert len(queries.page(Wanted()).rows) == 5


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
