"""Loading a whole configuration: the candidate is equal to it, and everybody can see who did it."""

from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest

from audit.models import AuditEvent
from configuration import document, queries, registry, services
from configuration.document import ChangedObject, Document, Entry
from configuration.loads import FullCommitRequired, LoadPlan
from configuration.locking import LockHeld, LockKind
from configuration.models import CandidateObject, ChangeRecord
from configuration.scope import CommitScope
from configuration.services import NotLoaded, locks, rows
from domain.actions import Action
from domain.actors import Actor, Role
from domain.errors import Forbidden, NameTaken
from domain.locations import SHARED, VSYS1, Location
from jobs.handlers import JobFailed
from tests.configuration.fakes import MARIA, PAUL, NoteSection, note
from tests.configuration.workbench import Workbench, candidate, contents, pending, running

pytestmark = pytest.mark.django_db

MARIAS = CommitScope(admins=frozenset({"maria"}))


def load(bench: Workbench, number: int, *, by: Actor = MARIA) -> LoadPlan:
    """Load a revision."""
    what = f"revision {number}"
    return services.load(queries.document_of(number), what=what, by=by, at=bench.tick())


def made(entries: Iterable[tuple[UUID, Location, str, str]]) -> Document:
    """A configuration of notes that came from outside."""
    texts = {(name, text): document.canonical(note(name, text)) for _, _, name, text in entries}
    kept = {document.digest(xml): xml for xml in texts.values()}
    listed = [
        Entry(uuid, "note", location, name, document.digest(texts[name, text]))
        for uuid, location, name, text in entries
    ]
    return Document(document.in_order(listed), lambda digests: {d: kept[d] for d in digests})


def notes() -> NoteSection:
    section = registry.section("note")
    assert isinstance(section, NoteSection)
    return section


def test_the_candidate_equals_the_revision_loaded_and_running_stays(bench: Workbench) -> None:
    kept, gone = bench.put("edited", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("edited", "2", uuid=kept.uuid)
    bench.delete(gone.uuid)
    bench.put("new", "1", location=VSYS1)
    bench.commit()

    loaded = load(bench, 1)

    assert candidate() == contents(1) == {"shared/edited": "1", "shared/gone": "1"}
    assert running() == contents(2)
    assert (loaded.added, loaded.changed, loaded.removed) == (1, 1, 1)
    assert loaded.left_out == ()


def test_what_was_loaded_is_pending_in_the_name_of_who_loaded_it(bench: Workbench) -> None:
    ref = bench.put("a", "1", by=PAUL)
    bench.commit()
    bench.delete(ref.uuid, by=PAUL)
    bench.put("b", "1", by=PAUL)
    bench.commit()

    load(bench, 1)

    assert pending() == [("added", "a", ("maria",)), ("deleted", "b", ("maria",))]


def test_objects_keep_their_identity_and_go_on_counting_versions(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.delete(ref.uuid)

    load(bench, 1)

    row = CandidateObject.objects.get(uuid=ref.uuid)
    assert row.version == 3
    versions = ChangeRecord.objects.filter(object_uuid=ref.uuid).order_by("version")
    assert [one.operation for one in versions] == ["added", "deleted", "added"]


def test_names_that_have_changed_hands_change_back(bench: Workbench) -> None:
    one, other = bench.put("a", "1"), bench.put("b", "2")
    bench.commit()
    bench.put("c", "1", uuid=one.uuid)
    bench.put("a", "2", uuid=other.uuid)
    bench.put("b", "1", uuid=one.uuid)
    bench.commit()

    load(bench, 1)

    assert candidate() == {"shared/a": "1", "shared/b": "2"}


def test_the_sections_write_and_tidy_their_own_rows(bench: Workbench) -> None:
    gone, kept = bench.put("gone", "1"), bench.put("kept")
    bench.commit()
    bench.delete(gone.uuid)
    new = bench.put("new")
    notes().restored.clear()
    notes().removed.clear()

    load(bench, 1)

    assert notes().restored == [(gone.uuid, SHARED, "gone", document.canonical(note("gone", "1")))]
    assert notes().removed == [(new.uuid, bench.now)]
    assert queries.candidate(kept.uuid) is not None


def test_a_configuration_from_outside_brings_its_texts(bench: Workbench) -> None:
    target = made([(uuid4(), SHARED, "a", "1"), (uuid4(), VSYS1, "a", "2")])

    services.load(target, what="fw.xml", by=MARIA, at=bench.now)

    assert candidate() == {"shared/a": "1", "vsys1/a": "2"}
    bench.commit()
    assert running() == candidate()


def test_a_text_that_is_not_what_its_entry_says_is_a_mistake_of_the_program(
    bench: Workbench,
) -> None:
    entry = Entry(uuid4(), "note", SHARED, "a", "0" * 64)
    target = Document((entry,), lambda digests: dict.fromkeys(digests, note("a")))

    with pytest.raises(ValueError, match="another digest"):
        services.load(target, what="fw.xml", by=MARIA, at=bench.now)


def test_two_objects_of_one_name_are_refused(bench: Workbench) -> None:
    target = made([(uuid4(), SHARED, "a", "1"), (uuid4(), SHARED, "a", "2")])

    with pytest.raises(NotLoaded, match="would have one name") as refusal:
        services.load(target, what="fw.xml", by=MARIA, at=bench.now)

    assert [one.message for one in refusal.value.problems] == ["Note a in Shared is there 2 times."]
    assert candidate() == {}


def test_what_is_gone_for_good_is_left_out_and_said(bench: Workbench) -> None:
    gone, back = bench.put("gone"), bench.put("back")
    bench.commit()
    bench.delete(gone.uuid)
    bench.delete(back.uuid)
    bench.commit()
    notes().lost.add(gone.uuid)

    plan = queries.load_plan(queries.document_of(1))
    loaded = load(bench, 1)

    assert candidate() == {"shared/back": ""}
    (line,) = loaded.left_out
    assert queries.problem_words(line) == "Note gone in Shared: It is gone for good."
    assert (plan.left_out, plan.added) == (loaded.left_out, 1)
    event = AuditEvent.objects.latest("sequence")
    assert event.detail == {"left out 1": "Note gone in Shared: It is gone for good."}


def test_what_still_runs_always_comes_back(bench: Workbench) -> None:
    ref = bench.put("deleted")
    bench.commit()
    bench.delete(ref.uuid)
    notes().lost.add(ref.uuid)

    loaded = load(bench, 1)

    assert loaded.left_out == ()
    assert candidate() == running()


def test_the_log_has_each_object_field_by_field_and_the_load(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.put("a", "2", uuid=ref.uuid)
    bench.commit()

    load(bench, 1, by=PAUL)

    whole, edit = AuditEvent.objects.order_by("-sequence")[:2]
    assert edit.text == "Note a in Shared: edited in the candidate: revision 1 was loaded."
    assert (edit.actor, edit.changes) == ("paul", [["text", "2", "1"]])
    assert whole.text == "Revision 1 was loaded. In the candidate: 1 changed."


def test_after_a_load_only_all_changes_are_committed_together(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.commit()
    bench.put("b", "1")
    bench.commit()
    queued = bench.job(scope=MARIAS)
    load(bench, 1)
    bench.put("mine")

    with pytest.raises(FullCommitRequired) as refusal:
        services.commit(by=MARIA, description="", scope=MARIAS, at=bench.now)
    with pytest.raises(FullCommitRequired):
        bench.run(queued)

    assert refusal.value.message == (
        "maria loaded revision 1 at 2026-11-23 12:03:00 UTC. After a load all changes are "
        "committed together. Nothing was committed."
    )
    bench.commit()
    bench.put("b", "2")
    bench.commit(scope=MARIAS)
    assert running() == candidate()


def test_a_commit_that_froze_before_a_load_does_not_settle_it(bench: Workbench) -> None:
    for name in "abc":
        bench.put(name, "1")
        if name != "c":
            bench.commit()

    bench.commit({"Validation passed": lambda: load(bench, 1)})

    waiting = queries.pending_load()
    assert waiting is not None
    assert waiting.what == "revision 1"
    assert candidate() == {"shared/a": "1"}
    assert pending() == [("deleted", "b", ("maria",)), ("deleted", "c", ("maria",))]


def test_loading_what_runs_leaves_nothing_pending_and_nothing_owed(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.commit()
    bench.put("b", "1")
    bench.commit()
    load(bench, 1)
    assert queries.pending_load() is not None

    load(bench, 2)

    assert queries.pending_load() is None
    assert queries.pending_count() == 0


def test_a_load_that_was_committed_and_rolled_back_is_owed_again(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.commit()
    bench.put("b", "1")
    bench.commit()
    load(bench, 1)
    job = bench.job()
    job.arguments = {"description": "", "confirm_within_min": 5}
    bench.run(job)
    assert queries.pending_load() is None

    services.roll_back(number=3, job_id=99, by=MARIA, at=bench.now)

    assert queries.pending_load() is not None
    assert running() == contents(2)
    with pytest.raises((JobFailed, FullCommitRequired)):
        bench.commit(scope=MARIAS)


def test_a_role_that_may_not_load_or_not_write_what_differs_is_refused(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.commit()
    bench.put("b", "1")
    bench.commit()
    reader = Actor("rita", role=Role.SUPERREADER)
    loader = Actor("luis", role=Role.CUSTOM, permitted=frozenset({Action.LOAD}))
    in_vsys1 = Actor("vera", role=Role.DEVICEADMIN, scope=(VSYS1,))

    for by, words in (
        (reader, "loading configurations"),
        (loader, "changing SCEP profiles"),
        (in_vsys1, "loading configurations in Shared"),
    ):
        with pytest.raises(Forbidden, match=words):
            load(bench, 1, by=by)

    assert candidate() == contents(2)


def test_another_admin_s_config_lock_stops_a_load(bench: Workbench) -> None:
    bench.put("a", "1", location=VSYS1)
    bench.commit()
    bench.put("b", "1", location=VSYS1)
    locks.take(kind=LockKind.CONFIG, location=VSYS1, by=PAUL, at=bench.now)

    with pytest.raises(LockHeld):
        load(bench, 1)

    assert set(candidate()) == {"vsys1/a", "vsys1/b"}


def test_a_load_takes_the_automatic_commit_lock_where_it_leaves_something_pending(
    bench: Workbench,
) -> None:
    bench.put("a", "1", location=VSYS1)
    bench.commit()
    bench.put("b", "1")
    bench.commit()
    locks.set_automatic(on=True, by=MARIA, at=bench.now)

    load(bench, 1, by=PAUL)
    assert [(lock.owner, lock.location) for lock in queries.locks()] == [("paul", SHARED)]

    load(bench, 2, by=MARIA)
    assert queries.locks() == []


def test_a_revert_drops_the_automatic_commit_locks_of_those_who_have_nothing_pending(
    bench: Workbench,
) -> None:
    locks.set_automatic(on=True, by=MARIA, at=bench.now)
    bench.put("hers")
    bench.put("his", by=PAUL, location=VSYS1)
    locks.take(kind=LockKind.COMMIT, location=VSYS1, by=MARIA, at=bench.now)

    services.revert_changes(
        scope=CommitScope(admins=frozenset({"paul"})), by=MARIA, at=bench.tick()
    )

    held = [(lock.owner, lock.location, lock.automatic) for lock in queries.locks()]
    assert held == [("maria", SHARED, True), ("maria", VSYS1, False)]
    assert "It was paul's." in AuditEvent.objects.filter(kind="lock").latest("sequence").text


def test_a_name_given_away_in_the_same_moment_refuses_the_load(bench: Workbench) -> None:
    bench.put("a", "1")
    entry = Entry(uuid4(), "note", SHARED, "a", queries.candidate_document().entries[0].digest, 1)

    with pytest.raises(NameTaken, match="in the same moment"):
        rows.replace_all([ChangedObject(None, entry)])
