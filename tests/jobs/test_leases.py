"""Who may run a job."""

from datetime import datetime, timedelta

import pytest

from audit import queries as audit_queries
from audit import services as audit
from domain.locations import VSYS1
from jobs import leases, queries
from jobs.models import Job, Result
from tests.jobs import factories

OK = leases.Ending(Result.OK, "Done.")


def claimed(number: int, now: datetime, owner: str = "one") -> leases.Claim:
    claim = leases.claim(number, owner=owner, now=now)
    assert claim is not None
    return claim


@pytest.mark.django_db
def test_a_job_is_claimed_once(now: datetime) -> None:
    number = factories.job(now)

    claim = claimed(number, now)

    assert leases.claim(number, owner="two", now=now) is None
    assert (claim.attempt, claim.by, claim.arguments) == (1, factories.ALICE, {"text": "hello"})
    assert queries.job(number).started_at == now


@pytest.mark.django_db
def test_a_job_that_is_not_due_waits(now: datetime) -> None:
    number = factories.job(now, run_at=now + timedelta(minutes=5))

    assert leases.claim(number, owner="one", now=now) is None
    assert leases.ready(now) == []
    assert leases.ready(now + timedelta(minutes=5)) == [number]
    assert claimed(number, now + timedelta(minutes=5)).job_id == number


@pytest.mark.django_db
def test_commits_run_one_after_another_in_order(now: datetime) -> None:
    first, second = factories.job(now, queue="commit"), factories.job(now, queue="commit")
    other = factories.job(now)

    assert leases.ready(now) == [first, other]
    assert leases.claim(second, owner="one", now=now) is None
    claim = claimed(first, now)
    assert leases.claim(second, owner="one", now=now) is None
    leases.finish(claim, OK, now=now)
    assert claimed(second, now).job_id == second


@pytest.mark.django_db
def test_the_database_lets_one_commit_run(now: datetime) -> None:
    first, second = factories.job(now, queue="commit"), factories.job(now, queue="commit")
    Job.objects.filter(pk=first).update(queue="default")
    claimed(second, now)
    Job.objects.filter(pk=first).update(queue="commit")  # a smaller number that came later

    assert leases.claim(first, owner="two", now=now) is None


@pytest.mark.django_db
def test_a_lease_can_be_renewed_while_it_is_held(now: datetime) -> None:
    number = factories.job(now)
    claim = claimed(number, now)
    later = now + timedelta(seconds=20)

    assert leases.renew(claim, now=later)
    assert leases.is_held(claim)
    assert leases.sweep(now + timedelta(seconds=40)) == []
    assert leases.sweep(later + timedelta(seconds=31)) == [number]
    assert not leases.renew(claim, now=later)
    assert not leases.is_held(claim)


@pytest.mark.django_db
def test_an_abandoned_job_is_queued_again_and_says_so(now: datetime) -> None:
    number = factories.job(now)
    claimed(number, now)

    assert leases.sweep(now + timedelta(seconds=31)) == [number]

    shown = queries.job(number)
    assert shown.state == "queued"
    assert "interrupted" in shown.lines[0].text
    assert claimed(number, now).attempt == 2


@pytest.mark.django_db
def test_a_job_abandoned_three_times_is_given_up(now: datetime) -> None:
    number = factories.job(now, dedupe_key="k")
    for _ in range(3):
        claimed(number, now)
        leases.sweep(now + timedelta(seconds=31))

    shown = queries.job(number)
    assert (shown.state, shown.result) == ("finished", "failed")
    assert "3 times" in shown.result_text
    assert shown.result_hint
    assert shown.lines[-1].level == "error"


@pytest.mark.django_db
def test_who_lost_a_lease_can_store_nothing(now: datetime) -> None:
    number = factories.job(now)
    old = claimed(number, now)
    leases.sweep(now + timedelta(seconds=31))
    new = claimed(number, now)  # The same owner, but another attempt.

    assert not leases.finish(old, OK, now=now)
    assert not leases.note_progress(old, 50)
    assert queries.job(number).progress == 0
    assert leases.note_progress(new, 150)
    assert queries.job(number).progress == 100
    assert leases.finish(new, OK, now=now)


@pytest.mark.django_db
def test_the_jobs_of_a_dead_runner_are_released_at_once(now: datetime) -> None:
    mine, theirs = factories.job(now), factories.job(now)
    claimed(mine, now, owner="dead")
    claimed(theirs, now, owner="alive")

    leases.release_owner("dead", now=now)

    assert leases.ready(now) == [mine]
    assert queries.job(theirs).state == "running"


@pytest.mark.django_db
def test_what_an_abandoned_job_said_to_a_server_is_closed(now: datetime) -> None:
    number = factories.job(now)
    claimed(number, now)
    start = audit.TranscriptStart("enroll", None, "p", VSYS1, job_id=number)
    audit.open_transcript(start, now)

    leases.sweep(now + timedelta(seconds=31))

    assert [kept.outcome for kept in audit_queries.transcripts_of_job(number)] == ["failed"]


@pytest.mark.django_db
def test_what_a_job_left_open_is_closed_with_it(now: datetime) -> None:
    claim = claimed(factories.job(now), now)
    start = audit.TranscriptStart("enroll", None, "p", VSYS1, job_id=claim.job_id)
    done, left = audit.open_transcript(start, now), audit.open_transcript(start, now)
    audit.close_transcript(done, "passed", now)

    leases.finish(claim, OK, now=now)

    outcomes = [audit_queries.transcript(uuid).outcome for uuid in (done, left)]
    assert outcomes == ["passed", "failed"]


@pytest.mark.django_db
def test_a_finished_job_keeps_how_it_ended(now: datetime) -> None:
    claim = claimed(factories.job(now), now)
    ending = leases.Ending(Result.WARNING, "Nearly.", "Look.", "/tasks/", "Show tasks")

    leases.finish(claim, ending, now=now)

    shown = queries.job(claim.job_id)
    assert (shown.result, shown.result_text, shown.result_hint) == ("warning", "Nearly.", "Look.")
    assert (shown.result_url, shown.result_url_label) == ("/tasks/", "Show tasks")
    assert (shown.progress, shown.finished_at) == (100, now)


@pytest.mark.django_db
def test_two_sweeps_at_once_queue_a_job_once(now: datetime) -> None:
    number = factories.job(now)
    claimed(number, now)
    seen_by_both = [(number, "one", 1)]

    leases._requeue(seen_by_both, now)
    leases._requeue(seen_by_both, now)

    assert len(queries.job(number).lines) == 1
