"""Enqueueing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from django.db import IntegrityError, transaction

from jobs import queries, registry, runner, services
from jobs.models import Job, JobLine
from tests.jobs import factories


@pytest.mark.django_db
def test_a_job_is_a_row_that_says_everything(now: datetime) -> None:
    number = factories.job(now, description="Say hello", arguments={"text": "x"})

    shown = queries.job(number)
    assert (shown.kind, shown.description, shown.admin) == ("echo", "Say hello", "alice")
    assert (shown.state, shown.result, shown.progress) == ("queued", "", 0)
    assert (shown.enqueued_at, shown.started_at, shown.finished_at) == (now, None, None)
    assert str(Job.objects.get()) == f"{number} echo"


@pytest.mark.django_db
def test_an_unknown_kind_is_a_programming_error(now: datetime) -> None:
    with pytest.raises(registry.UnknownKind):
        factories.job(now, kind="mystery")


@pytest.mark.django_db
def test_an_unfinished_job_with_the_same_key_is_meant(now: datetime) -> None:
    first = factories.job(now, dedupe_key="poll:1")

    assert factories.job(now, dedupe_key="poll:1") == first
    assert factories.job(now, dedupe_key="poll:2") != first
    assert factories.job(now) != factories.job(now)


@pytest.mark.django_db
def test_a_finished_job_gives_its_key_back(now: datetime) -> None:
    first = factories.job(now, dedupe_key="poll:1")
    runner.run_now(first)

    assert factories.job(now, dedupe_key="poll:1") != first


@pytest.mark.django_db
def test_an_unknown_queue_is_a_programming_error(now: datetime) -> None:
    with pytest.raises(ValueError, match="mystery"):
        factories.job(now, queue="mystery")


@pytest.mark.django_db
def test_a_row_the_database_refuses_is_not_swallowed() -> None:
    never: Any = None

    with pytest.raises(IntegrityError):
        services.enqueue(kind="echo", arguments={}, by=factories.ALICE, at=never)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_job(now: datetime) -> None:
    def rolled_back() -> None:
        with transaction.atomic():
            factories.job(now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rolled_back()

    assert queries.page(queries.Wanted()).rows == ()


@pytest.mark.django_db
def test_workers_hear_of_a_job_when_its_transaction_is_over(
    now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as due:
        factories.job(now)
    with django_capture_on_commit_callbacks() as later:
        factories.job(now, run_at=now + timedelta(minutes=5))

    assert (len(due), len(later)) == (1, 0)


@pytest.mark.django_db
def test_the_database_keeps_states_and_results_together(now: datetime) -> None:
    number = factories.job(now)

    for broken in (
        {"state": "running"},
        {"state": "finished"},
        {"result": "ok"},
        {"lease_owner": "x"},
        {"progress": 101},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=number).update(**broken)


def test_lines_describe_themselves() -> None:
    assert str(JobLine(text="It began.")) == "It began."
