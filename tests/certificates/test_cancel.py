"""Cancelling the jobs that bring certificates."""

import pytest

from certificates.models import Enrollment, EnrollmentState
from certificates.services.enrollment import poll_now
from device.models import Secret
from jobs import queries, services
from jobs.handlers import TryAgain
from jobs.models import Job
from scep.errors import TransportFailed
from scep.transcript import StepName
from tests.certificates.workbench import MARIA, Bench


def _cancel(bench: Bench, job_id: int | None) -> None:
    services.cancel(job_id=job_id or 0, by=MARIA, at=bench.now)


def test_a_request_cancelled_before_it_was_made_frees_its_name(bench: Bench) -> None:
    profile = bench.running_profile()
    row = bench.request(profile, "fw-1")

    _cancel(bench, row.job_id)

    row.refresh_from_db()
    assert (row.state, row.reason) == (EnrollmentState.ABANDONED, "maria cancelled the request.")
    assert row.hint == ""
    assert bench.ca.seen == []
    bench.generate(bench.request(profile, "fw-1"))
    assert "fw-1" in bench.names()


def test_a_request_cancelled_while_its_server_is_away_says_what_to_look_for(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.replies["PKIOperation"] = TransportFailed("Gone.", stage=StepName.PKIOPERATION)
    with pytest.raises(TryAgain):
        bench.generate(row)

    _cancel(bench, row.job_id)

    row.refresh_from_db()
    assert row.state == EnrollmentState.ABANDONED
    assert f"look for transaction {row.transaction_id}" in row.hint
    assert not Secret.objects.exists()


def _pending(bench: Bench) -> Enrollment:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.generate(row)
    row.refresh_from_db()
    return row


def test_a_pending_request_whose_poll_is_cancelled_is_polled_on_demand_only(bench: Bench) -> None:
    row = _pending(bench)

    _cancel(bench, Job.objects.get(kind="poll").pk)

    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == (EnrollmentState.PENDING, None)
    bench.ca.verdict = "issue"
    bench.poll(row)
    assert "fw-1" in bench.names()


def test_cancelling_a_poll_on_demand_leaves_the_planned_one(bench: Bench) -> None:
    row = _pending(bench)
    assert row.entry_uuid is not None
    on_demand = poll_now(entry_uuid=row.entry_uuid, by=MARIA, at=bench.now)

    _cancel(bench, on_demand)

    row.refresh_from_db()
    assert row.next_poll_at is not None
    assert queries.is_wanted(f"poll:{row.uuid}:0")


def test_a_job_killed_after_its_enrollment_ended_is_cancelled_without_touching_it(
    bench: Bench,
) -> None:
    row = bench.request(bench.running_profile())
    Enrollment.objects.filter(pk=row.pk).update(state=EnrollmentState.ISSUED)

    _cancel(bench, row.job_id)

    row.refresh_from_db()
    assert (row.state, row.reason) == (EnrollmentState.ISSUED, "")


def test_a_poll_of_what_was_decided_is_cancelled_without_touching_it(bench: Bench) -> None:
    row = _pending(bench)
    Enrollment.objects.filter(pk=row.pk).update(state=EnrollmentState.ISSUED)

    _cancel(bench, Job.objects.get(kind="poll").pk)

    row.refresh_from_db()
    assert row.next_poll_at is not None
