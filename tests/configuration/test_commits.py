"""Asking for a commit."""

from datetime import datetime

import pytest

from audit.models import AuditEvent
from configuration import services
from configuration.services.commits import commit_again
from domain.actors import Actor, Role
from domain.errors import Forbidden, Problem, Refused
from domain.locations import SHARED, VSYS1
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db


def test_a_commit_is_a_job_of_the_serial_queue(bench: Workbench) -> None:
    bench.put("a")

    job_id = services.commit(by=PAUL, description="why", at=bench.now)

    job = Job.objects.get(pk=job_id)
    assert (job.kind, job.queue, job.admin) == ("commit", "commit", "paul")
    assert job.arguments == {"description": "why"}
    assert job.description == "why"
    event = AuditEvent.objects.get(kind="commit")
    assert event.text == f"Commit requested: job {job_id}; changed objects: 1."
    assert event.detail == {"job": str(job_id), "description": "why"}


def test_a_commit_that_failed_is_asked_for_again_as_it_was(bench: Workbench) -> None:
    bench.put("a")
    failed = Job.objects.get(
        pk=services.commit(by=PAUL, description="why", confirm_within_min=5, at=bench.now)
    )

    number = commit_again(failed.arguments, MARIA, bench.now)

    job = Job.objects.get(pk=number)
    assert (job.arguments, job.queue, job.admin) == (failed.arguments, "commit", "maria")


def test_without_changes_there_is_nothing_to_commit(now: datetime) -> None:
    with pytest.raises(Refused, match=r"^There are no changes to commit\.$"):
        services.commit(by=MARIA, description="", at=now)

    assert not Job.objects.exists()


def test_a_description_has_at_most_512_characters(bench: Workbench) -> None:
    bench.put("a")

    with pytest.raises(Refused) as refusal:
        services.commit(by=MARIA, description="x" * 513, at=bench.now)
    services.commit(by=MARIA, description="x" * 512, at=bench.now)

    message = "The description has 513 characters; at most 512 are allowed."
    assert refusal.value.problems == (Problem("description", message),)
    assert Job.objects.count() == 1


def test_a_commit_needs_the_right_to_write_wherever_something_changed(bench: Workbench) -> None:
    bench.put("a", location=SHARED)

    for actor in (
        Actor(name="rita", role=Role.SUPERREADER),
        Actor(name="bert", scope=(VSYS1,)),
    ):
        with pytest.raises(Forbidden):
            services.commit(by=actor, description="", at=bench.now)

    assert not Job.objects.exists()
