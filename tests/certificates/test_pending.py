"""Requests that the CA decides about later."""

from datetime import timedelta

import pytest

from django.test import Client
from django.urls import reverse

from certificates.models import Enrollment, EnrollmentState, Material
from certificates.queries import detail
from certificates.section import CertificatesSection
from certificates.services import enrollment
from configuration import queries as configuration
from device.models import Secret
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from jobs import queries as jobs
from jobs.handlers import JobFailed, LeaseLost
from jobs.models import Job
from scep.errors import TransportFailed
from scep.transcript import StepName
from tests.certificates.workbench import MARIA, Bench, current

DOWN = TransportFailed("Nothing answers.", stage=StepName.TCP, hint="Is the server running?")


def _pending(bench: Bench) -> Enrollment:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    row.refresh_from_db()
    return row


def _planned() -> list[Job]:
    return list(Job.objects.filter(kind="poll").order_by("pk"))


@pytest.mark.conformance("C51")
def test_a_pending_certificate_is_listed_with_its_subject_and_key(bench: Bench) -> None:
    _pending(bench)

    row = bench.row()
    assert (row.name, row.status, row.tone) == ("fw-1", "pending", "busy")
    assert (row.subject, row.has_key, row.expires) == ("O=acme,CN=jdoe", True, None)


def test_the_first_poll_is_planned_a_minute_later(bench: Bench) -> None:
    row = _pending(bench)

    (job,) = _planned()
    assert job.run_at == row.next_poll_at == bench.now + timedelta(minutes=1)
    assert job.admin == "system"


def test_the_job_says_when_it_is_polled_next(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile(), "fw-1")

    result = bench.generate(row)

    assert result.text == (
        "Certificate fw-1 waits for the CA's decision. The next poll is at 2026-11-23 12:01:00 UTC."
    )


@pytest.mark.conformance("C52", "C53")
def test_polls_have_the_transaction_of_the_request_and_are_spaced_out(bench: Bench) -> None:
    row = _pending(bench)

    for polls in range(1, 4):
        bench.pass_time(minutes=10)
        bench.poll(row)
        row.refresh_from_db()
        assert (row.polls, row.state) == (polls, EnrollmentState.PENDING)
        assert row.next_poll_at == bench.now + timedelta(minutes=2**polls)

    assert bench.ca.transactions() == {row.transaction_id}


@pytest.mark.conformance("C51")
def test_a_poll_that_brings_the_certificate_switches_the_entry_at_once(bench: Bench) -> None:
    row = _pending(bench)
    entry = bench.row().uuid
    bench.commit()
    digest = configuration.running(entry)
    bench.ca.verdict = "issue"

    result = bench.poll(row)

    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == (EnrollmentState.ISSUED, None)
    assert current(entry).status == "valid"
    assert current(entry).key_secret is not None
    assert configuration.running(entry) == digest
    assert configuration.pending_count() == 0
    assert "was issued" in result.text


def test_a_poll_planned_before_another_one_was_made_is_left_out(bench: Bench) -> None:
    row = _pending(bench)
    bench.poll(row)
    bench.ca.seen.clear()

    bench.poll(row, number=0)

    assert bench.ca.seen == []


def test_a_poll_after_the_decision_is_left_out(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.verdict = "issue"
    bench.poll(row)
    bench.ca.seen.clear()

    assert bench.poll(row, number=0).text == "Certificate fw-1 was issued."
    assert bench.ca.seen == []


@pytest.mark.conformance("C55")
def test_a_refusal_stays_listed_with_its_reason_until_it_is_deleted(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.verdict = "refuse"

    with pytest.raises(JobFailed) as failure:
        bench.poll(row)

    listed = bench.row()
    assert "badRequest (2)" in failure.value.message
    assert (listed.name, listed.status, listed.has_key) == ("fw-1", "refused", False)
    assert listed.remark == failure.value.message
    assert not Secret.objects.exists()
    bench.delete(listed.uuid)
    assert "fw-1" not in bench.names()


def test_a_poll_that_reaches_nobody_is_planned_again(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.replies["PKIOperation"] = DOWN

    with pytest.raises(JobFailed) as failure:
        bench.poll(row)

    row.refresh_from_db()
    assert (row.state, row.polls, row.reason) == ("pending", 1, "Nothing answers.")
    assert failure.value.message == "Nothing answers."
    assert "The next poll is at 2026-11-23 12:02:00 UTC." in failure.value.hint
    assert len(_planned()) == 2
    assert bench.row().remark == "Nothing answers."


def test_a_poll_that_is_answered_again_forgets_the_trouble_of_the_last(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.replies["PKIOperation"] = DOWN
    with pytest.raises(JobFailed):
        bench.poll(row)
    bench.ca.replies.clear()

    bench.poll(row)

    assert bench.row().remark == ""


@pytest.mark.conformance("C53")
def test_after_a_month_it_is_polled_on_demand_only(bench: Bench) -> None:
    row = _pending(bench)
    bench.pass_time(days=30)

    result = bench.poll(row)

    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == (EnrollmentState.PENDING, None)
    assert result.text.endswith("It is polled on demand only.")


def test_poll_now_is_a_job_of_the_admin(bench: Bench) -> None:
    row = _pending(bench)
    entry = bench.row().uuid

    job_id = enrollment.poll_now(entry_uuid=entry, by=MARIA, at=bench.now)

    job = jobs.job(job_id)
    assert (job.admin, job.description) == ("maria", "certificate fw-1")
    assert enrollment.poll_now(entry_uuid=entry, by=MARIA, at=bench.now) == job_id
    assert row.state == EnrollmentState.PENDING


def test_a_superreader_polls_nothing(bench: Bench) -> None:
    _pending(bench)

    with pytest.raises(Forbidden):
        enrollment.poll_now(
            entry_uuid=bench.row().uuid, by=Actor("rita", Role.SUPERREADER), at=bench.now
        )


def test_deleting_a_pending_certificate_gives_it_up(bench: Bench) -> None:
    row = _pending(bench)
    entry = bench.row().uuid

    bench.delete(entry)

    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == (EnrollmentState.ABANDONED, None)
    assert not Secret.objects.exists()
    with pytest.raises(NotFound):
        enrollment.poll_now(entry_uuid=entry, by=MARIA, at=bench.now)
    bench.ca.seen.clear()
    assert bench.poll(row).text == "The certificate was deleted before the CA decided."
    assert bench.ca.seen == []


def test_a_poll_that_meets_a_bug_is_not_the_last_one(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.cut("before PKIOperation", lambda: bench.fail(KeyError("bug")))

    with pytest.raises(KeyError):
        bench.poll(row)

    row.refresh_from_db()
    assert (row.state, row.polls) == (EnrollmentState.PENDING, 1)
    assert row.reason == "An internal error stopped the poll (KeyError)."
    assert Job.objects.filter(kind="poll", run_at=row.next_poll_at).count() == 1


def test_a_poll_that_another_run_has_taken_over_plans_nothing(bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.cut("before PKIOperation", lambda: bench.fail(LeaseLost()))

    with pytest.raises(LeaseLost):
        bench.poll(row)

    row.refresh_from_db()
    assert row.polls == 0


def test_reverting_the_entry_away_gives_the_request_up(bench: Bench) -> None:
    row = _pending(bench)

    CertificatesSection().remove(uuid=bench.row().uuid, at=bench.now)

    row.refresh_from_db()
    assert row.state == EnrollmentState.ABANDONED


@pytest.mark.parametrize("verdict", ["issue", "pend", "refuse"])
def test_what_arrives_for_a_certificate_deleted_meanwhile_is_dropped(
    verdict: str, bench: Bench
) -> None:
    row = _pending(bench)
    entry = bench.row().uuid
    bench.ca.verdict = verdict
    bench.ca.cut("after PKIOperation", lambda: bench.delete(entry))

    try:
        bench.poll(row)
    except JobFailed:
        assert verdict == "refuse"

    row.refresh_from_db()
    assert row.state == EnrollmentState.ABANDONED
    assert "fw-1" not in bench.names()
    assert Material.objects.filter(entry_id=entry, status="valid").count() == 0


def test_details_of_a_pending_certificate(bench: Bench) -> None:
    row = _pending(bench)
    bench.poll(row)

    shown = detail.certificate_detail(bench.row().uuid, bench.now, MARIA)

    assert shown.enrollment is not None
    assert shown.enrollment.is_pending
    assert shown.enrollment.transaction_id == row.transaction_id
    assert shown.enrollment.polls == 1
    assert [transcript.kind for transcript in shown.enrollment.transcripts] == ["enroll", "poll"]
    assert shown.paper is None


def test_a_pending_certificate_has_no_file(maria: Client, bench: Bench) -> None:
    _pending(bench)

    answer = maria.get(reverse("certificates:pem", args=[bench.row().uuid]))

    assert answer.status_code == 404


def test_the_dialog_polls_now_and_goes_on_to_the_job(maria: Client, bench: Bench) -> None:
    row = _pending(bench)
    entry = bench.row().uuid

    page = maria.get(reverse("certificates:detail", args=[entry])).content.decode()
    answer = maria.post(reverse("certificates:poll", args=[entry]))

    assert row.transaction_id in page
    assert "Poll now" in page
    job = Job.objects.order_by("-pk")[0]
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("jobs:job", args=[job.pk])


def test_the_dialog_of_a_refused_certificate_says_why(maria: Client, bench: Bench) -> None:
    row = _pending(bench)
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.poll(row)

    url = reverse("certificates:detail", args=[bench.row().uuid])
    page = maria.get(url).content.decode()

    assert "badRequest (2)" in page
    assert "Poll now" not in page
