"""Saving the candidate, and bringing it back."""

import pytest

from audit.models import AuditEvent
from configuration import queries, services
from configuration.document import compare
from configuration.scope import ALL, CommitScope
from configuration.services import NOTHING_TO_REVERT, NotLoaded, snapshots
from configuration.sources import CANDIDATE, RUNNING, SAVED, NameNotUsable, Source, SourceKind
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from domain.locations import VSYS1
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, candidate, pending, running

pytestmark = pytest.mark.django_db

NAMED = Source(SourceKind.SNAPSHOT, name="before")


def save_as(bench: Workbench, name: str, *, overwrite: bool = False, by: Actor = MARIA) -> None:
    snapshots.save_as(name=name, overwrite=overwrite, by=by, at=bench.tick())


def test_a_snapshot_is_the_candidate_as_it_was_when_it_was_saved(bench: Workbench) -> None:
    kept, gone = bench.put("edited", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("edited", "2", uuid=kept.uuid)
    bench.delete(gone.uuid)
    new = bench.put("new", "1")
    saved = queries.candidate_document()
    save_as(bench, "before")
    bench.put("edited", "3", uuid=kept.uuid)
    bench.delete(new.uuid)
    bench.commit()

    assert compare(saved, queries.configuration(NAMED)) == ()
    services.load_source(source=NAMED, by=MARIA, at=bench.now)

    assert candidate() == {"shared/edited": "2", "shared/new": "1"}


def test_the_list_says_who_saved_how_much_and_when(bench: Workbench) -> None:
    bench.put("a")
    save_as(bench, "b")
    save_as(bench, "a", by=PAUL)

    listed = queries.snapshots()

    assert [(one.name, one.by, one.objects) for one in listed] == [
        ("a", "paul", 1),
        ("b", "maria", 1),
    ]
    assert listed[0].at == bench.now
    assert listed[0].source.key == "snapshot-a"


def test_a_snapshot_is_overwritten_only_when_asked(bench: Workbench) -> None:
    save_as(bench, "before")
    bench.put("a", "1")

    with pytest.raises(NameNotUsable, match="Nothing was saved") as refusal:
        save_as(bench, "before")
    assert "tick Overwrite" in refusal.value.problems[0].message
    assert queries.configuration(NAMED).entries == ()

    save_as(bench, "before", overwrite=True)
    assert len(queries.configuration(NAMED).entries) == 1


def test_a_hundred_snapshots_are_kept_and_no_more(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SNAPSHOTS_MAX", 2)
    snapshots.save(by=MARIA, at=bench.now)
    save_as(bench, "a")
    save_as(bench, "b")

    with pytest.raises(NameNotUsable) as refusal:
        save_as(bench, "c")

    assert refusal.value.problems[0].message.startswith("There are 2 snapshots.")
    save_as(bench, "b", overwrite=True)
    snapshots.delete(name="a", by=MARIA, at=bench.now)
    save_as(bench, "c")


def test_what_was_saved_last_is_no_named_snapshot(bench: Workbench) -> None:
    assert queries.last_saved() is None
    with pytest.raises(NotFound, match="never saved"):
        services.load_source(source=SAVED, by=MARIA, at=bench.now)

    bench.put("a", "1")
    snapshots.save(by=PAUL, at=bench.tick())
    bench.put("b", "1")
    services.load_source(source=SAVED, by=MARIA, at=bench.now)

    saved = queries.last_saved()
    assert saved is not None
    assert (saved.by, saved.objects) == ("paul", 1)
    assert queries.snapshots() == []
    assert candidate() == {"shared/a": "1"}
    with pytest.raises(NotFound):
        snapshots.delete(name=".snapshot.xml", by=MARIA, at=bench.now)


def test_saving_and_deleting_are_logged(bench: Workbench) -> None:
    snapshots.save(by=MARIA, at=bench.now)
    save_as(bench, "before")
    save_as(bench, "before", overwrite=True)
    snapshots.delete(name="before", by=MARIA, at=bench.now)

    assert [one.text for one in AuditEvent.objects.order_by("sequence")] == [
        "Candidate configuration saved.",
        "Snapshot before saved from the candidate.",
        "Snapshot before overwritten with the candidate.",
        "Snapshot before deleted.",
    ]


def test_who_may_not_save_everything_is_refused(bench: Workbench) -> None:
    save_as(bench, "before")
    for by in (Actor("rita", Role.SUPERREADER), Actor("vera", Role.DEVICEADMIN, scope=(VSYS1,))):
        with pytest.raises(Forbidden):
            snapshots.save(by=by, at=bench.now)
        with pytest.raises(Forbidden):
            save_as(bench, "hers", by=by)
        with pytest.raises(Forbidden):
            snapshots.delete(name="before", by=by, at=bench.now)


def test_a_revision_or_snapshot_that_is_not_there_is_not_found(bench: Workbench) -> None:
    for source in (NAMED, Source(SourceKind.REVISION, number=1)):
        with pytest.raises(NotFound, match=f"There is no {source}"):
            services.load_source(source=source, by=MARIA, at=bench.now)


def test_a_revert_leaves_nothing_pending(bench: Workbench) -> None:
    kept, gone = bench.put("edited", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("edited", "2", uuid=kept.uuid)
    bench.delete(gone.uuid)
    bench.put("new", "1")

    services.load_source(source=RUNNING, by=PAUL, at=bench.now)

    assert pending() == []
    assert candidate() == running()
    assert queries.configuration(CANDIDATE) == queries.configuration(RUNNING)


def test_a_revert_before_the_first_commit_empties_the_candidate(bench: Workbench) -> None:
    bench.put("a", "1")

    services.revert_changes(scope=ALL, by=MARIA, at=bench.now)

    assert candidate() == {}
    assert pending() == []


def test_only_the_changes_of_some_admins_are_reverted(bench: Workbench) -> None:
    kept = bench.put("edited", "1")
    bench.commit()
    bench.put("edited", "2", uuid=kept.uuid, by=PAUL)
    bench.put("hers", "1")
    bench.put("his", "1", by=PAUL)

    done = services.revert_changes(
        scope=CommitScope(admins=frozenset({"paul"})), by=MARIA, at=bench.now
    )

    assert candidate() == {"shared/edited": "1", "shared/hers": "1"}
    assert (done.changed, done.removed) == (1, 1)
    assert pending() == [("added", "hers", ("maria",))]
    assert queries.pending_load() is None
    event = AuditEvent.objects.latest("sequence")
    assert event.text == ("Changes made by paul reverted. In the candidate: 1 changed, 1 removed.")


def test_a_name_that_another_change_has_taken_is_not_reverted_to(bench: Workbench) -> None:
    gone = bench.put("a", "1")
    bench.commit()
    bench.delete(gone.uuid, by=PAUL)
    bench.put("a", "2")

    with pytest.raises(NotLoaded):
        services.revert_changes(
            scope=CommitScope(admins=frozenset({"paul"})), by=MARIA, at=bench.now
        )

    assert candidate() == {"shared/a": "2"}


def test_there_must_be_something_to_revert(bench: Workbench) -> None:
    bench.put("a", "1")

    with pytest.raises(Refused, match=NOTHING_TO_REVERT):
        services.revert_changes(
            scope=CommitScope(admins=frozenset({"paul"})), by=MARIA, at=bench.now
        )
