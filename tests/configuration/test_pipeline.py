"""The commit job."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid5

import pytest
from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from configuration import pipeline, queries, registry, services
from configuration.models import FrozenDocument, RevisionEntry
from configuration.sections import Addition
from configuration.services import OvertakenByEdit
from domain.locations import SHARED
from jobs.handlers import JobFailed
from tests.configuration.fakes import MARIA, PAUL, FakeJob, StampSection, note
from tests.configuration.workbench import Workbench, contents, pending, running

pytestmark = pytest.mark.django_db

Counting = Callable[[int], AbstractContextManager[Any]]


def stop() -> None:
    raise InterruptedError


def test_after_a_commit_the_candidate_is_running_and_nothing_is_pending(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.put("b", "2", by=PAUL)
    job = bench.job(by=PAUL, description="first notes")

    result = pipeline.run(job)

    assert (result.text, result.warning) == ("Configuration committed successfully", False)
    assert running() == {"shared/a": "1", "shared/b": "2"}
    assert pending() == []
    assert job.lines == [
        "info: Objects to commit: 2",
        "info: Validation passed",
        "info: Stamp notes",
        "info: Configuration committed successfully",
    ]
    assert job.percents == [5, 10, 90]
    revision = queries.running_revision()
    assert revision is not None
    assert (revision.by, revision.description) == ("paul", "first notes")
    event = AuditEvent.objects.get(kind="commit")
    assert event.text == "Configuration committed as revision 1; changed objects: 2."
    assert event.detail == {"job": "1", "description": "first notes"}
    assert not FrozenDocument.objects.exists()


def test_a_second_commit_in_the_queue_finds_nothing_to_do(bench: Workbench) -> None:
    bench.put("a")
    bench.commit()

    result = bench.commit()

    assert result.text == "There are no changes to commit."
    assert bench.jobs[-1].lines == ["info: There are no changes to commit."]
    revision = queries.running_revision()
    assert revision is not None
    assert revision.number == 1


def test_validation_errors_stop_the_commit_and_are_all_named(bench: Workbench) -> None:
    bench.put("a", "wrong")
    bench.put("b", "wrong")
    bench.put("c", "odd")

    with pytest.raises(JobFailed) as failure:
        bench.commit()

    assert failure.value.message == (
        "Validation failed; nothing was committed. Note a in Shared: text: It says wrong. "
        "Errors in all: 2."
    )
    assert failure.value.hint == "Correct what the details name, and commit again."
    assert bench.jobs[-1].lines[1:] == [
        "error: Note a in Shared: text: It says wrong.",
        "error: Note b in Shared: text: It says wrong.",
        "warning: Note c in Shared: text: It says odd.",
    ]
    assert queries.running_revision() is None
    assert queries.pending_count() == 3


def test_what_a_failed_commit_froze_does_not_hold_the_next_one(bench: Workbench) -> None:
    ref = bench.put("a", "wrong")
    with pytest.raises(JobFailed):
        bench.commit()
    bench.put("a", "right", uuid=ref.uuid)

    bench.commit()

    assert running() == {"shared/a": "right"}


def test_warnings_do_not_stop_the_commit(bench: Workbench) -> None:
    bench.put("a", "odd")
    bench.put("b", "unreachable")

    result = bench.commit()

    assert result.warning
    assert "warning: No stamp for b. Look for the stamp." in bench.jobs[-1].lines
    assert pending() == []
    revision = queries.running_revision()
    assert revision is not None
    assert revision.warnings == 2


def test_a_step_that_fails_publishes_nothing(bench: Workbench) -> None:
    bench.put("a", "broken")

    with pytest.raises(JobFailed, match="stamp is broken"):
        bench.commit()

    assert running() == {}


def test_what_a_step_adds_is_running_and_in_the_candidate(bench: Workbench) -> None:
    ref = bench.put("a", "stamp me")

    bench.commit()

    uuid = uuid5(ref.uuid, "stamp")
    assert running() == {"shared/a": "stamp me", "shared/a-stamp": "attempt 1"}
    assert pending() == []
    stamps = registry.section("stamp")
    assert isinstance(stamps, StampSection)
    assert stamps.restored == [(uuid, SHARED, "a-stamp", note("a-stamp", "attempt 1"))]
    assert "info: Stamped a" in bench.jobs[-1].lines
    last = queries.last_change(uuid)
    assert last is not None
    assert (last.by, last.operation, last.version) == ("maria", "added", 1)


def test_a_step_can_update_what_is_there(bench: Workbench) -> None:
    ref = bench.put("a", "stamp me")
    bench.commit()
    bench.put("b", "stamp me", uuid=ref.uuid)
    job = bench.job()
    job.attempt = 2

    pipeline.run(job)

    assert running() == {"shared/b": "stamp me", "shared/b-stamp": "attempt 2"}
    assert contents(1) == {"shared/a": "stamp me", "shared/a-stamp": "attempt 1"}
    assert pending() == []


def test_a_step_can_add_again_what_was_deleted(bench: Workbench) -> None:
    ref = bench.put("a", "stamp me")
    bench.commit()
    bench.delete(uuid5(ref.uuid, "stamp"))
    bench.commit()
    bench.put("a", "please stamp me", uuid=ref.uuid)

    bench.commit()

    assert running() == {"shared/a": "please stamp me", "shared/a-stamp": "attempt 1"}
    last = queries.last_change(uuid5(ref.uuid, "stamp"))
    assert last is not None
    assert (last.operation, last.version) == ("added", 3)


def test_an_addition_equal_to_what_runs_writes_nothing(bench: Workbench) -> None:
    bench.put("a", "stamp me")
    bench.commit()
    stamp = queries.find_running("stamp", SHARED, "a-stamp")
    assert stamp is not None
    addition = Addition(stamp.uuid, stamp.kind, stamp.location, stamp.name, stamp.xml)
    frozen = services.freeze(job_id=2, at=bench.now)

    services.publish(
        publication=services.Publication(frozen, (addition,), (), MARIA, "", 0), at=bench.now
    )

    assert RevisionEntry.objects.count() == 2
    last = queries.last_change(stamp.uuid)
    assert last is not None
    assert last.version == 1


def test_edits_after_the_freeze_stay_pending(bench: Workbench) -> None:
    edited, deleted = bench.put("e", "1"), bench.put("d", "1")

    def meanwhile() -> None:
        bench.put("e", "2", uuid=edited.uuid, by=PAUL)
        bench.delete(deleted.uuid, by=PAUL)
        bench.put("new", by=PAUL)

    bench.commit({"Validation passed": meanwhile})

    assert running() == {"shared/e": "1", "shared/d": "1"}
    assert pending() == [
        ("deleted", "d", ("paul",)),
        ("edited", "e", ("paul",)),
        ("added", "new", ("paul",)),
    ]


def test_a_commit_run_again_publishes_what_it_froze_the_first_time(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    job = bench.job()
    job.hooks["Validation passed"] = stop
    with pytest.raises(InterruptedError):
        pipeline.run(job)
    bench.put("a", "2", uuid=ref.uuid, by=PAUL)

    pipeline.run(job)

    assert running() == {"shared/a": "1"}
    assert pending() == [("edited", "a", ("paul",))]


def test_a_commit_run_again_after_publishing_only_says_so(bench: Workbench) -> None:
    bench.put("a", "odd")
    job = bench.job()
    job.hooks["Configuration committed successfully"] = stop
    with pytest.raises(InterruptedError):
        pipeline.run(job)

    result = pipeline.run(job)

    assert (result.text, result.warning) == ("Configuration committed successfully", True)
    revision = queries.running_revision()
    assert revision is not None
    assert revision.number == 1


def test_an_addition_does_not_overwrite_an_edit_made_meanwhile(bench: Workbench) -> None:
    ref = bench.put("a", "stamp me")
    bench.commit()
    stamp = uuid5(ref.uuid, "stamp")
    bench.put("b", "stamp me", uuid=ref.uuid)

    bench.commit({"Stamp notes": lambda: bench.delete(stamp, by=PAUL)})

    assert running() == {"shared/b": "stamp me", "shared/b-stamp": "attempt 1"}
    assert pending() == [("deleted", "b-stamp", ("paul",))]


def test_a_name_given_away_while_the_commit_ran_stops_it(bench: Workbench) -> None:
    bench.put("a", "stamp me")

    def meanwhile() -> None:
        services.put(
            kind="stamp",
            location=SHARED,
            name="a-stamp",
            xml=note("a-stamp"),
            by=PAUL,
            at=bench.now,
        )

    with pytest.raises(OvertakenByEdit) as refusal:
        bench.commit({"Stamp notes": meanwhile})

    assert "The name a-stamp was taken in Shared while the commit ran." in refusal.value.message
    assert refusal.value.hint == "Commit again."
    assert running() == {}
    bench.commit()
    assert running() == {"shared/a": "stamp me", "shared/a-stamp": ""}


def test_a_commit_overtaken_by_another_publishes_nothing(bench: Workbench) -> None:
    bench.put("a", "1")
    later = FakeJob(id=100)

    with pytest.raises(OvertakenByEdit, match="Another commit was published"):
        bench.commit({"Validation passed": lambda: pipeline.run(later)})

    assert queries.revision_of_job(100) == queries.running_revision()


def test_names_change_hands_in_one_commit(bench: Workbench) -> None:
    a, b, c = (bench.put(name, name) for name in "abc")
    bench.commit()
    bench.delete(c.uuid)
    again = bench.put("c", "new")
    bench.put("x", "a", uuid=a.uuid)
    bench.put("a", "b", uuid=b.uuid)
    bench.put("b", "a", uuid=a.uuid)

    bench.commit()

    assert running() == {"shared/a": "b", "shared/b": "a", "shared/c": "new"}
    found = queries.find_running("note", SHARED, "c")
    assert found is not None
    assert found.uuid == again.uuid


def test_a_small_commit_beside_many_objects_writes_few_rows(bench: Workbench) -> None:
    refs = [bench.put(f"n{number}") for number in range(50)]
    bench.commit()
    bench.put("n7", "2", uuid=refs[7].uuid)

    bench.commit()

    assert RevisionEntry.objects.count() == 51
    assert RevisionEntry.objects.filter(until=None).count() == 50


def test_a_large_commit_needs_few_statements(
    bench: Workbench, settings: Settings, django_assert_max_num_queries: Counting
) -> None:
    settings.COMMIT_STEPS = []
    refs = [bench.put(f"n{number}") for number in range(600)]
    bench.commit()
    for number, ref in enumerate(refs):
        bench.put(f"n{number}", "2", uuid=ref.uuid)

    with django_assert_max_num_queries(45):
        bench.commit()

    assert queries.pending_count() == 0


def test_without_steps_a_commit_validates_and_publishes(
    bench: Workbench, settings: Settings
) -> None:
    settings.COMMIT_STEPS = []
    bench.put("a", "stamp me")

    bench.commit()

    assert running() == {"shared/a": "stamp me"}


def test_publishing_twice_for_one_job_gives_the_same_revision(bench: Workbench) -> None:
    bench.put("a")
    frozen = services.freeze(job_id=1, at=bench.now)
    publication = services.Publication(frozen, (), (), MARIA, "", 0)

    first = services.publish(publication=publication, at=bench.now)
    second = services.publish(publication=publication, at=bench.now)

    assert first == second == 1
