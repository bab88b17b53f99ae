"""Cancelling jobs that wait."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit import queries as audit
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from domain.locations import VSYS1
from jobs import leases, queries, runner, services
from tests.jobs import factories, work

SUPERUSER = Actor("maria")

pytestmark = pytest.mark.django_db


def test_a_job_that_waits_is_cancelled_and_never_runs(now: datetime) -> None:
    number = factories.job(now, description="Get a certificate")

    services.cancel(job_id=number, by=SUPERUSER, at=now)

    shown = queries.job(number)
    assert (shown.state, shown.result, shown.finished_at) == ("finished", "cancelled", now)
    assert shown.result_text == "Cancelled by maria."
    assert not runner.run_now(number)
    (event,) = audit.events(kind="job")
    assert (event.actor, event.object_name) == ("maria", "Get a certificate")


def test_what_the_job_was_for_is_put_away(now: datetime) -> None:
    number = factories.job(now, arguments={"text": "hello"})

    services.cancel(job_id=number, by=SUPERUSER, at=now)

    assert work.cancelled == [({"text": "hello"}, "maria")]


def test_a_job_that_will_try_again_can_be_cancelled(now: datetime) -> None:
    number = factories.job(now, kind="later")
    runner.run_now(number)
    assert queries.job(number).waits_until is not None

    services.cancel(job_id=number, by=SUPERUSER, at=now)

    shown = queries.job(number)
    assert (shown.result, shown.waits_until) == ("cancelled", None)
    assert leases.ready(now + timedelta(days=1)) == []


def test_a_cancelled_commit_lets_the_next_one_run(now: datetime) -> None:
    first, second = factories.job(now, queue="commit"), factories.job(now, queue="commit")

    services.cancel(job_id=first, by=SUPERUSER, at=now)

    assert leases.ready(now) == [second]


def test_a_job_that_runs_or_has_ended_is_not_cancelled(now: datetime) -> None:
    number = factories.job(now)
    claim = leases.claim(number, owner="one", now=now)
    assert claim is not None

    with pytest.raises(Refused, match="runs already, or has ended"):
        services.cancel(job_id=number, by=SUPERUSER, at=now)

    assert leases.is_held(claim)
    assert work.cancelled == []


def test_an_admin_of_a_vsys_cancels_own_jobs_only(now: datetime) -> None:
    number = factories.job(now)
    with pytest.raises(Forbidden, match="other admins' jobs in Device"):
        services.cancel(job_id=number, by=Actor("bob", scope=(VSYS1,)), at=now)

    services.cancel(job_id=number, by=factories.ALICE, at=now)

    assert queries.job(number).result == "cancelled"


def test_a_reader_cancels_nothing(now: datetime) -> None:
    number = factories.job(now)

    with pytest.raises(Forbidden):
        services.cancel(job_id=number, by=replace(SUPERUSER, role=Role.SUPERREADER), at=now)

    assert queries.job(number).is_waiting


def test_a_job_that_is_not_there_cannot_be_cancelled(now: datetime) -> None:
    with pytest.raises(NotFound):
        services.cancel(job_id=4711, by=SUPERUSER, at=now)
