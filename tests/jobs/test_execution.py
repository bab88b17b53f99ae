"""Running one job."""

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from jobs import execution, leases, queries, runner
from jobs.models import Job
from tests.jobs import factories, work
from tests.waiting import wait_until


def ran(number: int) -> queries.JobView:
    assert runner.run_now(number)
    return queries.job(number)


@pytest.mark.django_db
def test_a_handler_gets_its_job_and_says_how_it_went(now: datetime) -> None:
    number = factories.job(now)

    shown = ran(number)

    assert [line.text for line in shown.lines] == [f"attempt 1 of echo {number} for alice"]
    assert (shown.result, shown.result_text) == ("ok", "hello")
    assert (shown.result_url, shown.result_url_label) == ("/tasks/", "Show tasks")
    assert shown.is_finished
    assert shown.progress == 100


@pytest.mark.django_db
def test_lines_of_the_log_are_marked_with_the_job(now: datetime) -> None:
    number = factories.job(now, kind="numbered")

    assert ran(number).result_text == str({"job": number})
    assert get_contextvars() == {}


@pytest.mark.django_db
def test_a_finished_job_does_not_run_again(now: datetime) -> None:
    number = factories.job(now)
    ran(number)

    assert not runner.run_now(number)


@pytest.mark.django_db
def test_a_failure_keeps_its_reason_and_hint(now: datetime) -> None:
    shown = ran(factories.job(now, kind="fail"))

    assert shown.is_failed
    assert (shown.result_text, shown.result_hint) == ("The server refused.", "Look at its log.")
    assert (shown.lines[0].level, shown.lines[0].hint) == ("error", "Ask it why.")


@pytest.mark.django_db
def test_a_refusal_of_a_service_is_a_failure_with_its_problems(now: datetime) -> None:
    shown = ran(factories.job(now, kind="refuse"))

    assert shown.is_failed
    assert (shown.result_text, shown.result_hint) == ("No. The name is taken.", "Try yes.")


@pytest.mark.django_db
def test_a_handler_that_wants_to_try_again_is_called_later_as_the_same_attempt(
    now: datetime,
) -> None:
    shown = ran(number := factories.job(now, kind="later"))

    (line,) = shown.lines
    assert (shown.state, line.level, line.hint) == ("queued", "warning", "Start it.")
    assert line.text.startswith("Nobody is there. Trying again at ")
    due = Job.objects.get().run_at
    assert due is not None
    assert leases.ready(due - timedelta(seconds=1)) == []
    assert leases.claim(number, owner="one", now=due) is not None
    assert queries.job(number).attempts == 1


@pytest.mark.django_db
def test_a_run_that_lost_its_lease_does_not_postpone_the_job(now: datetime) -> None:
    shown = ran(factories.job(now, kind="later", arguments={"loses_lease": True}))

    assert (shown.state, shown.lines) == ("running", ())


@pytest.mark.django_db
def test_an_unexpected_error_is_logged_and_named_by_its_class_only(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        shown = ran(factories.job(now, kind="crash"))

    assert shown.is_failed
    assert "RuntimeError" in shown.result_text
    assert "hunter2" not in shown.result_text + shown.result_hint
    assert "Traceback" in caplog.text


@pytest.mark.django_db
def test_a_handler_that_ends_its_process_only_fails(now: datetime) -> None:
    assert "SystemExit" in ran(factories.job(now, kind="leave")).result_text


@pytest.mark.django_db
def test_a_process_that_was_asleep_keeps_its_jobs() -> None:
    now = datetime.now(UTC)
    arguments = {"now": now.isoformat(), "ran_out_at": (now - timedelta(hours=1)).isoformat()}

    shown = ran(factories.job(now, kind="oversleep", arguments=arguments))

    assert (shown.result, shown.attempts) == ("ok", 1)
    assert [line.text for line in shown.lines] == ["Still mine."]


@pytest.mark.django_db
def test_a_job_whose_kind_is_no_longer_known_fails(now: datetime) -> None:
    number = factories.job(now)
    Job.objects.update(kind="gone")

    assert "UnknownKind" in ran(number).result_text


@pytest.mark.django_db
def test_a_warning_is_a_result_of_its_own(now: datetime) -> None:
    shown = ran(factories.job(now, kind="warn"))

    assert (shown.result, shown.word, shown.tone) == ("warning", "Successful with warnings", "warn")
    assert [line.hint for line in shown.warnings] == ["Renew it."]
    assert shown.details == ()


@pytest.mark.django_db
def test_a_handler_may_have_nothing_to_say(now: datetime) -> None:
    shown = ran(factories.job(now, kind="nothing"))

    assert (shown.result, shown.result_text) == ("ok", "")


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [{"speaks": True}, {"progresses": True}, {}])
def test_a_run_that_lost_its_lease_stores_nothing(
    arguments: dict[str, bool], now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    number = factories.job(now, kind="takeover", arguments=arguments)

    shown = ran(number)

    assert (shown.state, shown.result_text, shown.lines) == ("running", "", ())
    assert "lease was lost" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_renews_the_lease_until_the_work_is_done(now: datetime) -> None:
    claim = leases.claim(factories.job(now), owner="one", now=now)
    assert claim is not None
    with execution.Heartbeat(claim, every_s=0.02):
        renewed = wait_until(
            lambda: Job.objects.filter(lease_until__gt=datetime.now(UTC)).exists(), 10
        )

    assert renewed
    assert not any("heartbeat" in thread.name for thread in threading.enumerate())


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_ends_when_the_lease_is_lost(now: datetime) -> None:
    number = factories.job(now)
    claim = leases.claim(number, owner="one", now=now)
    assert claim is not None
    Job.objects.update(lease_owner="another runner")

    with execution.Heartbeat(claim, every_s=0.02):
        wait_until(
            lambda: not any("heartbeat" in thread.name for thread in threading.enumerate()), 10
        )

    assert Job.objects.get().lease_until == now + leases.LEASE


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_goes_on_after_an_error(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    claim = leases.claim(factories.job(now), owner="one", now=now)
    assert claim is not None
    broken: Any = "not a number"

    with execution.Heartbeat(replace(claim, job_id=broken), every_s=0.02):
        wait_until(lambda: caplog.text.count("could not be renewed") > 1, 10)


@pytest.mark.django_db(transaction=True)
def test_several_threads_of_a_handler_may_speak(now: datetime) -> None:
    number = factories.job(now)
    claim = leases.claim(number, owner="one", now=now)
    assert claim is not None
    job = execution.ClaimedJob(claim)

    threads = [
        threading.Thread(target=work.spoken, args=(job, f"thread {index}")) for index in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(queries.job(number).lines) == 4
