"""Edits of the candidate."""

from datetime import datetime
from uuid import uuid4

import pytest

from audit.models import AuditEvent
from configuration import queries, registry, services
from configuration.models import ChangeRecord, ObjectText
from domain.actors import Actor, Role
from domain.errors import EditConflict, Forbidden, NameTaken, NotFound, Problem
from domain.locations import DEVICE, SHARED, VSYS1
from tests.configuration.fakes import MARIA, PAUL, NoteSection, note
from tests.configuration.workbench import Workbench, pending

pytestmark = pytest.mark.django_db

READER = Actor(name="rita", role=Role.SUPERREADER)
BRANCH = Actor(name="bert", scope=(VSYS1,))


def records() -> list[tuple[str, str, int, str]]:
    rows = ChangeRecord.objects.order_by("id")
    return [(row.operation, row.name, row.version, row.by) for row in rows]


def test_an_object_is_added_changed_renamed_moved_and_deleted(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.put("a", "2", uuid=ref.uuid, by=PAUL)
    bench.put("b", "2", uuid=ref.uuid)
    last = bench.put("b", "2", uuid=ref.uuid, location=VSYS1)
    found = queries.candidate(ref.uuid)
    bench.delete(ref.uuid, by=PAUL)

    assert found is not None
    assert (found.name, found.location, found.xml) == ("b", VSYS1, note("b", "2"))
    assert (found.version, last.version) == (4, 4)
    assert queries.candidate(ref.uuid) is None
    assert records() == [
        ("added", "a", 1, "maria"),
        ("edited", "a", 2, "paul"),
        ("renamed", "b", 3, "maria"),
        ("moved", "b", 4, "maria"),
        ("deleted", "b", 5, "paul"),
    ]


def test_the_log_tells_each_field_before_and_after(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.put("b", "2", uuid=ref.uuid)
    bench.put("b", "2", uuid=ref.uuid, location=VSYS1)
    bench.delete(ref.uuid)

    logged = [row.changes for row in AuditEvent.objects.filter(kind="config").order_by("sequence")]
    assert logged == [
        [["name", "", "a"], ["location", "", "Shared"], ["text", "", "1"]],
        [["name", "a", "b"], ["text", "1", "2"]],
        [["location", "Shared", "vsys1"]],
        [["name", "b", ""], ["location", "vsys1", ""], ["text", "2", ""]],
    ]


def test_the_section_tidies_up_before_an_object_goes(bench: Workbench) -> None:
    ref = bench.put("a")
    bench.delete(ref.uuid)

    section = registry.section("note")
    assert isinstance(section, NoteSection)
    assert section.removed == [(ref.uuid, bench.now)]


def test_every_edit_is_in_the_log(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.delete(ref.uuid, by=PAUL)

    events = [(e.kind, e.actor, e.object_name, e.text) for e in AuditEvent.objects.order_by("id")]

    assert events == [
        ("config", "maria", "a", "Note a in Shared: added in the candidate."),
        ("config", "paul", "a", "Note a in Shared: deleted in the candidate."),
    ]


def test_writing_what_is_there_changes_nothing(bench: Workbench) -> None:
    first = bench.put("a", "1")

    again = bench.put("a", "1", uuid=first.uuid, by=PAUL)

    assert again == first
    assert len(records()) == 1


def test_objects_of_equal_text_share_it(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.put("a", "1", location=VSYS1)

    assert ObjectText.objects.count() == 1


def test_a_name_is_taken_per_kind_and_location(bench: Workbench) -> None:
    bench.put("a")
    bench.put("a", location=VSYS1)
    other = bench.put("b")

    with pytest.raises(NameTaken) as added:
        bench.put("a", "another")
    with pytest.raises(NameTaken) as renamed:
        bench.put("a", uuid=other.uuid)

    assert added.value.message == "Note a already exists in Shared."
    assert added.value.problems == (Problem("name", "Note a already exists in Shared."),)
    assert renamed.value.hint == "Choose another name, or edit the one that has it."
    assert [change[1] for change in pending()] == ["a", "b", "a"]


def test_a_deleted_name_is_free_for_a_new_object(bench: Workbench) -> None:
    first = bench.put("a", "1")
    bench.delete(first.uuid)

    second = bench.put("a", "1")

    assert second.uuid != first.uuid
    assert second.version == 1


def test_an_edit_of_an_older_version_says_who_was_faster_and_when(
    bench: Workbench, now: datetime
) -> None:
    seen = bench.put("a", "1")
    bench.put("a", "2", uuid=seen.uuid, by=PAUL, seen=seen.version)

    with pytest.raises(EditConflict) as conflict:
        bench.put("a", "3", uuid=seen.uuid, seen=seen.version)

    assert now.isoformat() == "2026-11-23T12:00:00+00:00"
    assert conflict.value.message == "paul changed this object at 2026-11-23 12:02:00 UTC."
    assert conflict.value.hint.startswith("Nothing was saved. Open the object again")
    found = queries.candidate(seen.uuid)
    assert found is not None
    assert found.xml == note("a", "2")


def test_an_edit_of_a_deleted_object_says_who_deleted_it(bench: Workbench) -> None:
    seen = bench.put("a", "1")
    bench.delete(seen.uuid, by=PAUL)

    with pytest.raises(EditConflict) as edited:
        bench.put("a", "2", uuid=seen.uuid)
    with pytest.raises(EditConflict) as deleted:
        bench.delete(seen.uuid)

    assert edited.value.message == "paul deleted this object at 2026-11-23 12:02:00 UTC."
    assert edited.value.hint == "Nothing was saved. Add the object again if it is still needed."
    assert deleted.value.message == edited.value.message


def test_a_deletion_can_insist_on_the_version_seen(bench: Workbench) -> None:
    seen = bench.put("a", "1")
    bench.put("a", "2", uuid=seen.uuid, by=PAUL)

    with pytest.raises(EditConflict):
        bench.delete(seen.uuid, seen=seen.version)


def test_what_never_was_is_not_found(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.put("a", uuid=uuid4())
    with pytest.raises(NotFound):
        bench.delete(uuid4())


def test_a_reader_writes_nothing(bench: Workbench) -> None:
    ref = bench.put("a")

    with pytest.raises(Forbidden):
        bench.put("b", by=READER)
    with pytest.raises(Forbidden):
        bench.put("a", "2", uuid=ref.uuid, by=READER)
    with pytest.raises(Forbidden):
        bench.delete(ref.uuid, by=READER)

    assert len(records()) == 1


def test_an_object_moves_only_between_locations_the_admin_may_write(bench: Workbench) -> None:
    shared = bench.put("a")

    with pytest.raises(Forbidden):
        bench.put("a", uuid=shared.uuid, location=VSYS1, by=BRANCH)
    with pytest.raises(Forbidden):
        bench.put("b", location=DEVICE, by=BRANCH)

    assert [change[1] for change in pending()] == ["a"]


def test_the_xml_must_carry_the_name(bench: Workbench) -> None:
    with pytest.raises(ValueError, match="name attribute"):
        services.put(kind="note", location=SHARED, name="a", xml=note("b"), by=MARIA, at=bench.now)


def test_an_object_keeps_its_kind(bench: Workbench) -> None:
    ref = bench.put("a")

    with pytest.raises(ValueError, match="is a note, not a stamp"):
        services.put(
            kind="stamp",
            location=SHARED,
            name="a",
            xml=note("a"),
            by=MARIA,
            at=bench.now,
            uuid=ref.uuid,
        )
