"""Retrying jobs that failed, telling of their end, and removing old ones."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from audit import queries as audit
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from jobs import queries, runner, services
from jobs.models import Job, JobLine
from tests.jobs import factories
from tests.jobs.factories import ALICE

MARIA = Actor("maria")

pytestmark = pytest.mark.django_db


def failed(now: datetime) -> int:
    """A job of alice's that failed."""
    number = factories.job(now, kind="fail", description="Get a certificate")
    runner.run_now(number)
    return number


def test_a_retry_is_a_new_job_that_names_the_old_one(now: datetime) -> None:
    number = failed(now)

    new = services.retry(job_id=number, by=MARIA, at=now)

    assert (queries.job(new).retry_of, queries.job(new).state) == (number, "queued")
    assert (queries.job(new).admin, queries.job(number).result) == ("maria", "failed")
    (event,) = audit.events(kind="job")
    assert event.text == f"Job {number} (fail) retried as job {new}."


def test_a_job_that_went_well_is_not_retried(now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    assert not queries.job(number).may_retry
    with pytest.raises(Refused, match="cannot be retried"):
        services.retry(job_id=number, by=MARIA, at=now)


def test_a_kind_without_a_way_to_retry_is_not_retried(now: datetime) -> None:
    number = factories.job(now, kind="refuse")
    runner.run_now(number)

    assert not queries.job(number).may_retry
    with pytest.raises(Refused, match="cannot be retried"):
        services.retry(job_id=number, by=MARIA, at=now)


def test_a_job_that_is_not_there_is_not_retried(now: datetime) -> None:
    with pytest.raises(NotFound):
        services.retry(job_id=4711, by=MARIA, at=now)


@pytest.mark.parametrize(
    "by",
    [
        Actor("rita", role=Role.SUPERREADER),
        replace(ALICE, role=Role.SUPERREADER),
    ],
)
def test_who_may_only_read_retries_nothing(now: datetime, by: Actor) -> None:
    number = failed(now)

    with pytest.raises(Forbidden):
        services.retry(job_id=number, by=by, at=now)

    assert Job.objects.count() == 1


def test_the_end_of_a_job_is_told_once_to_its_admin(now: datetime) -> None:
    number = failed(now)
    later = queries.job(number).finished_at
    assert later is not None

    assert services.tell_finished(by=MARIA, at=later) == []
    assert [job.id for job in services.tell_finished(by=ALICE, at=later)] == [number]
    assert services.tell_finished(by=ALICE, at=later) == []


def test_what_an_admin_has_looked_at_is_not_told(now: datetime) -> None:
    number = failed(now)
    later = queries.job(number).finished_at
    assert later is not None

    services.seen(job_id=number, by=ALICE)

    assert services.tell_finished(by=ALICE, at=later) == []


def test_what_ended_long_ago_and_what_still_runs_is_not_told(now: datetime) -> None:
    number = failed(now)
    later = queries.job(number).finished_at
    assert later is not None
    factories.job(now)

    assert services.tell_finished(by=ALICE, at=later + timedelta(minutes=11)) == []


def test_old_jobs_go_with_their_logs_and_unfinished_ones_stay(
    now: datetime, settings: Settings
) -> None:
    settings.JOB_DAYS = 90
    old, waiting = failed(now), factories.job(now)
    retried = services.retry(job_id=old, by=MARIA, at=now)
    ended = queries.job(old).finished_at
    assert ended is not None

    services.prune(ended + timedelta(days=90))
    assert Job.objects.count() == 3

    services.prune(ended + timedelta(days=90, seconds=1))

    assert set(Job.objects.values_list("pk", flat=True)) == {waiting, retried}
    assert queries.job(retried).retry_of is None
    assert queries.is_over(old)
    assert not JobLine.objects.filter(job_id=old).exists()
