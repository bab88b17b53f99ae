"""What is pending, running and past."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from django.db import connection

from configuration import queries
from configuration.document import compare
from domain.locations import SHARED, VSYS1
from tests.configuration.fakes import MARIA, PAUL, note
from tests.configuration.workbench import Workbench, contents, pending, running

pytestmark = pytest.mark.django_db

Counting = Callable[[int], AbstractContextManager[Any]]


def test_nothing_is_pending_at_first() -> None:
    assert queries.pending_count() == 0
    assert queries.pending_changes() == []
    assert queries.running_revision() is None
    assert queries.entries_of(0) == ()


def test_a_pending_change_says_what_where_who_and_when(bench: Workbench) -> None:
    edited, renamed, moved, deleted = (bench.put(name) for name in ("e", "r", "m", "d"))
    bench.commit()
    bench.put("e", "2", uuid=edited.uuid, by=PAUL)
    bench.put("r2", uuid=renamed.uuid)
    bench.put("m2", uuid=moved.uuid, location=VSYS1, by=PAUL)
    bench.put("m2", "2", uuid=moved.uuid, location=VSYS1)
    bench.delete(deleted.uuid, by=PAUL)
    bench.put("a")

    assert pending() == [
        ("added", "a", ("maria",)),
        ("deleted", "d", ("paul",)),
        ("edited", "e", ("paul",)),
        ("renamed", "r2", ("maria",)),
        ("moved", "m2", ("paul", "maria")),
    ]
    assert queries.pending_count() == 5
    last = queries.pending_changes()[-1]
    assert (last.kind, last.kind_label, last.location) == ("note", "Note", VSYS1)
    assert (last.uuid, last.former_name) == (moved.uuid, "m")
    assert last.at == bench.now - timedelta(minutes=2)


def test_a_commit_between_two_reads_of_the_list_leaves_nothing_to_list(bench: Workbench) -> None:
    bench.put("a", "1")
    hooks = [bench.commit]

    def committing(execute: Any, sql: str, *rest: Any) -> Any:  # noqa: ANN401 - as Django calls it
        if hooks and sql.startswith('SELECT "configuration_changerecord"'):
            hooks.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(committing):
        assert queries.pending_changes() == []
    assert hooks == []


def test_an_edit_taken_back_is_not_pending(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.put("a", "2", uuid=ref.uuid)
    assert queries.pending_count() == 1

    bench.put("a", "1", uuid=ref.uuid, by=PAUL)

    assert queries.pending_count() == 0
    assert pending() == []


def test_admins_of_edits_taken_back_are_forgotten_at_the_next_commit(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.put("a", "2", uuid=ref.uuid, by=PAUL)
    bench.put("a", "1", uuid=ref.uuid, by=PAUL)
    bench.put("b")
    bench.commit()

    bench.put("a", "3", uuid=ref.uuid, by=MARIA)

    assert pending() == [("edited", "a", ("maria",))]


def test_whose_edits_were_taken_back_has_no_part_in_what_is_changed_later(
    bench: Workbench,
) -> None:
    kept, gone = bench.put("kept", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("kept", "2", uuid=kept.uuid, by=PAUL)
    bench.put("kept", "1", uuid=kept.uuid, by=PAUL)
    bench.put("kept", "3", uuid=kept.uuid, by=MARIA)
    bench.delete(gone.uuid, by=PAUL)

    assert pending() == [
        ("deleted", "gone", ("paul",)),
        ("edited", "kept", ("maria",)),
    ]


def test_an_object_added_and_deleted_was_never_pending(bench: Workbench) -> None:
    ref = bench.put("a")
    bench.delete(ref.uuid)

    assert pending() == []


def test_objects_are_found_in_the_candidate_and_in_the_running_configuration(
    bench: Workbench,
) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    changed = bench.put("b", "2", uuid=ref.uuid)

    candidate, running_object = queries.candidate(ref.uuid), queries.running(ref.uuid)

    assert candidate is not None
    assert running_object is not None
    assert (candidate.name, candidate.xml, candidate.version) == ("b", note("b", "2"), 2)
    assert (running_object.name, running_object.xml) == ("a", note("a", "1"))
    assert queries.candidates("note") == [candidate]
    assert queries.find_candidate("note", SHARED, "b") == candidate
    assert queries.find_candidate("note", SHARED, "a") is None
    assert queries.running_objects("note") == [running_object]
    assert queries.find_running("note", SHARED, "a") == running_object
    assert queries.find_running("note", VSYS1, "a") is None
    assert queries.running_uuids("note") == {ref.uuid}
    assert queries.running_uuids("stamp") == frozenset()
    assert queries.running(uuid4()) is None
    assert queries.candidate(uuid4()) is None
    last = queries.last_change(ref.uuid)
    assert last is not None
    assert (last.version, last.by) == (changed.version, "maria")


def test_states_are_committed_changed_or_new(bench: Workbench) -> None:
    committed, changed = bench.put("c"), bench.put("x", "1")
    bench.commit()
    bench.put("x", "2", uuid=changed.uuid)
    new = bench.put("n")

    states = queries.state_of("note")

    assert states == {committed.uuid: "committed", changed.uuid: "changed", new.uuid: "new"}
    assert queries.state_of("note", uuids=[new.uuid]) == {new.uuid: "new"}
    assert queries.state_of("stamp") == {}


def test_every_revision_keeps_its_list(bench: Workbench) -> None:
    a, b = bench.put("a", "1"), bench.put("b", "1")
    bench.commit()
    bench.put("a", "2", uuid=a.uuid)
    bench.delete(b.uuid)
    bench.commit()
    bench.put("b", "3")
    bench.commit()

    assert contents(1) == {"shared/a": "1", "shared/b": "1"}
    assert contents(2) == {"shared/a": "2"}
    assert contents(3) == running() == {"shared/a": "2", "shared/b": "3"}


def test_documents_tell_what_is_pending(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.put("a", "2", uuid=ref.uuid)
    bench.put("b")

    changes = compare(queries.document_of(1), queries.candidate_document())

    assert set(changes) == set(queries.changed_objects())
    assert [change.name for change in changes] == ["a", "b"]


def test_the_revision_in_force_is_described(bench: Workbench) -> None:
    bench.put("a")
    bench.commit()

    revision = queries.running_revision()

    assert revision is not None
    assert (revision.number, revision.by, revision.job_id, revision.warnings) == (1, "maria", 1, 0)
    assert queries.revision_of_job(1) == revision
    assert queries.revision_of_job(2) is None


@pytest.mark.parametrize("objects", [1, 30])
def test_queries_do_not_grow_with_the_objects(
    objects: int, bench: Workbench, django_assert_num_queries: Counting
) -> None:
    kept = [bench.put(f"k{number}") for number in range(objects)]
    gone = [bench.put(f"g{number}") for number in range(objects)]
    bench.commit()
    for ref in gone:
        bench.delete(ref.uuid)
    for number, ref in enumerate(kept):
        bench.put(f"k{number}", "2", uuid=ref.uuid)
        bench.put(f"n{number}")

    with django_assert_num_queries(1):
        assert queries.pending_count() == 3 * objects
    with django_assert_num_queries(4):
        assert len(queries.pending_changes()) == 3 * objects
    with django_assert_num_queries(2):
        assert len(queries.state_of("note")) == 2 * objects
