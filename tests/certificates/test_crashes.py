"""Killed anywhere, run again: nothing is lost, nothing is asked for twice."""

from datetime import timedelta

import pytest

from django.db import connection

from certificates.models import Enrollment, EnrollmentState, Material
from device.models import Secret
from jobs.handlers import JobFailed, LeaseLost, TryAgain
from jobs.models import Job
from scep.errors import HttpRefused, ScepError, TransportFailed
from scep.transcript import StepName
from tests.certificates.memory_ca import Killed
from tests.certificates.workbench import Bench
from tests.profiles import factories

CUTS_BEFORE_THE_REQUEST_IS_STORED = [
    "before challenge",
    "after challenge",
]
CUTS_AFTER_THE_REQUEST_IS_STORED = [
    "before PKIOperation",
    "after PKIOperation",
]


def _killed(bench: Bench, row: Enrollment, moment: str) -> None:
    bench.ca.cut(moment)
    with pytest.raises(Killed):
        bench.generate(row)
    row.refresh_from_db()


@pytest.mark.parametrize("moment", CUTS_BEFORE_THE_REQUEST_IS_STORED)
def test_killed_before_the_request_is_stored_the_next_run_starts_anew(
    moment: str, bench: Bench
) -> None:
    row = bench.request(bench.running_profile(**factories.dynamic()))
    _killed(bench, row, moment)
    assert (row.state, row.request_secret) == (EnrollmentState.QUEUED, None)
    assert bench.ca.bodies == []

    bench.generate(row)

    assert len(bench.ca.bodies) == len(bench.ca.issued) == 1
    assert "fw-1" in bench.names()


@pytest.mark.conformance("C54")
@pytest.mark.parametrize("moment", CUTS_AFTER_THE_REQUEST_IS_STORED)
def test_killed_after_the_request_is_stored_the_next_run_sends_the_same_bytes(
    moment: str, bench: Bench
) -> None:
    row = bench.request(bench.running_profile())
    _killed(bench, row, moment)
    assert row.state == EnrollmentState.PREPARED
    sent = list(bench.ca.bodies)

    job = bench.job(row)
    bench.generate(row, job)

    assert set(bench.ca.bodies) >= set(sent)
    assert len(set(bench.ca.bodies)) == len(bench.ca.issued) == 1
    assert bench.names().count("fw-1") == 1
    assert "info: The stored request is sent again, unchanged" in job.lines


def test_killed_at_any_reading_of_the_clock_the_job_ends_with_one_certificate(
    bench: Bench,
) -> None:
    profile = bench.running_profile()
    row = bench.request(profile, "fw-0")
    calls = bench.count_clock(lambda: bench.generate(row))

    for number in range(1, calls + 1):
        row = bench.request(profile, f"fw-{number}")
        bench.clock_cut(after_calls=number - 1)
        with pytest.raises(Killed):
            bench.generate(row)
        bench.generate(row)

    names = [name for name in bench.names() if name.startswith("fw-")]
    assert sorted(names) == sorted(f"fw-{number}" for number in range(calls + 1))
    assert len(bench.ca.issued) == calls + 1


def test_killed_after_it_went_pending_the_next_run_has_nothing_to_do(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.generate(row)
    bench.ca.seen.clear()

    assert "waits for the CA's decision" in bench.generate(row).text
    assert bench.ca.seen == []


def test_killed_in_a_poll_the_same_poll_is_made_again(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.generate(row)
    bench.ca.verdict = "issue"
    bench.ca.cut("after PKIOperation")
    with pytest.raises(Killed):
        bench.poll(row, number=0)

    bench.poll(row, number=0)

    row.refresh_from_db()
    assert row.state == EnrollmentState.ISSUED
    assert len(bench.ca.issued) == 1


def test_a_resent_request_that_fails_tells_what_to_look_for(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    _killed(bench, row, "after PKIOperation")
    bench.ca.verdict = "refuse"

    with pytest.raises(JobFailed) as failure:
        bench.generate(row)

    assert f"look for transaction {row.transaction_id}" in failure.value.hint


def _answer_lost() -> None:
    raise TransportFailed("The connection broke.", stage=StepName.PKIOPERATION)


@pytest.mark.conformance("C54")
def test_an_answer_lost_on_the_way_is_asked_for_again_later_with_the_same_bytes(
    bench: Bench,
) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.cut("after PKIOperation", _answer_lost)
    with pytest.raises(TryAgain, match="The connection broke") as later:
        bench.generate(row)

    bench.generate(row)

    first, second = bench.ca.bodies
    assert first == second
    assert later.value.after == timedelta(seconds=2)
    assert len(bench.ca.issued) == bench.names().count("fw-1") == 1


UNREACHABLE = [
    pytest.param(TransportFailed("Gone.", stage=StepName.TCP), id="not reached"),
    pytest.param(TransportFailed("Gone.", stage=StepName.PKIOPERATION), id="no answer"),
    pytest.param(HttpRefused("Gone.", stage=StepName.PKIOPERATION, status=503), id="overloaded"),
]


@pytest.mark.parametrize("gone", UNREACHABLE)
def test_a_server_that_is_away_after_a_crash_is_waited_for_and_nothing_is_lost(
    gone: ScepError, bench: Bench
) -> None:
    row = bench.request(bench.running_profile())
    _killed(bench, row, "after PKIOperation")
    bench.ca.replies["PKIOperation"] = gone
    with pytest.raises(TryAgain, match=r"Gone\."):
        bench.generate(row)
    row.refresh_from_db()
    assert (row.state, row.resends) == (EnrollmentState.PREPARED, 1)
    bench.ca.replies.clear()

    bench.generate(row)

    assert len(bench.ca.issued) == bench.names().count("fw-1") == 1


@pytest.mark.parametrize("gone", UNREACHABLE)
def test_a_server_that_stays_away_is_given_up_and_the_job_tells_what_to_look_for(
    gone: ScepError, bench: Bench
) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.cut("after PKIOperation", _answer_lost)
    for seconds in (2, 5, 15, 45, 120, 300):
        with pytest.raises(TryAgain) as later:
            bench.generate(row)
        assert later.value.after == timedelta(seconds=seconds)
        bench.ca.replies["PKIOperation"] = gone

    with pytest.raises(JobFailed) as failure:
        bench.generate(row)

    row.refresh_from_db()
    assert (row.state, row.key_secret) == (EnrollmentState.FAILED, None)
    assert row.transaction_id
    assert f"look for transaction {row.transaction_id}" in failure.value.hint


@pytest.mark.parametrize(
    "reply",
    [
        TransportFailed("Down.", stage=StepName.TCP),
        HttpRefused("No.", stage=StepName.PKIOPERATION, status=404),
    ],
)
def test_a_first_request_that_no_server_took_fails_at_once(reply: ScepError, bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.replies["PKIOperation"] = reply

    with pytest.raises(JobFailed):
        bench.generate(row)

    row.refresh_from_db()
    assert (row.state, row.resends) == (EnrollmentState.FAILED, 0)


def test_a_second_run_that_finds_the_request_stored_by_the_first_steps_back(bench: Bench) -> None:
    row = bench.request(bench.running_profile(**factories.dynamic()))

    def other_runner() -> None:
        bench.generate(row)

    bench.ca.cut("after challenge", other_runner)
    with pytest.raises(LeaseLost):
        bench.generate(row)

    assert len(bench.ca.issued) == 1
    assert Secret.objects.filter(purpose="private key").count() == 1


def test_of_two_pending_answers_the_second_changes_nothing(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.ca.cut("after PKIOperation", lambda: bench.generate(row))

    bench.generate(row)

    assert bench.names().count("fw-1") == 1
    assert Job.objects.filter(kind="poll").count() == 1


def test_an_enrollment_that_lost_its_request_is_an_error_of_the_program(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    Enrollment.objects.filter(pk=row.pk).update(state=EnrollmentState.PREPARED)

    with pytest.raises(RuntimeError, match="without its request"):
        bench.generate(row)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verdict", ["issue", "pend"])
def test_no_transaction_is_open_while_a_server_is_asked(verdict: str, bench: Bench) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(connection.in_atomic_block)

    profile = bench.running_profile(**factories.dynamic())
    bench.ca.verdict = verdict
    for moment in ("before challenge", "before PKIOperation"):
        bench.ca.cut(moment, look)
    row = bench.request(profile)
    bench.generate(row)
    if verdict == "pend":
        bench.ca.cut("before PKIOperation", look)
        bench.poll(row)

    assert seen == [False] * (3 if verdict == "pend" else 2)


def test_what_failed_is_not_tried_again_by_a_second_run_and_has_still_failed(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.replies["PKIOperation"] = TransportFailed("Down.", stage=StepName.TCP)
    with pytest.raises(JobFailed):
        bench.generate(row)
    bench.ca.replies.clear()
    bench.ca.seen.clear()

    with pytest.raises(JobFailed, match=r"Down\."):
        bench.generate(row)

    assert bench.ca.seen == []
    assert Material.objects.filter(enrollment=row).count() == 0


def test_a_poll_refused_before_its_job_was_killed_stays_refused(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.verdict = "pend"
    bench.generate(row)
    bench.ca.verdict = "refuse"

    messages = []
    for _ in range(2):
        with pytest.raises(JobFailed) as refusal:
            bench.poll(row, number=0)
        messages.append(refusal.value.message)

    assert messages[0] == messages[1]
