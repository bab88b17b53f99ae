"""Whatever is edited, committed and killed: running equals the last successful commit."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from configuration import pipeline, queries
from configuration.models import CandidateObject, Revision
from domain.actors import Actor
from domain.errors import EditConflict, NameTaken
from domain.locations import SHARED, VSYS1, Location
from jobs.handlers import JobFailed
from tests.configuration.fakes import MARIA, PAUL, FakeJob
from tests.configuration.machines import (
    KillAt,
    Machine,
    kill_at_every_statement,
    run_killed,
    run_machine,
)
from tests.configuration.workbench import Workbench, contents, running


@dataclass(frozen=True, order=True)
class Note:
    """What the model knows of a note or stamp."""

    kind: str
    location: Location
    name: str
    text: str


class LifeCycle(Machine):
    """Edits by two admins and commits of every fate, beside a model in plain dictionaries."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.candidate: dict[UUID, Note] = {}
        self.running: dict[UUID, Note] = {}
        self.versions: dict[UUID, int] = {}
        self.history: list[dict[str, str]] = [{}]

    def teardown(self) -> None:
        # No revision has ever changed.
        assert [contents(number) for number in range(len(self.history))] == self.history
        super().teardown()

    @rule(
        name=st.sampled_from("abc"),
        text=st.sampled_from(["1", "2", "wrong", "odd", "broken", "stamp me"]),
        location=st.sampled_from([SHARED, VSYS1]),
        by=st.sampled_from([MARIA, PAUL]),
    )
    def add(self, name: str, text: str, location: Location, by: Actor) -> None:
        new = Note("note", location, name, text)
        if self._is_taken(new):
            with pytest.raises(NameTaken):
                self.bench.put(name, text, location=location, by=by)
        else:
            ref = self.bench.put(name, text, location=location, by=by)
            self.candidate[ref.uuid] = new
            self.versions[ref.uuid] = 1

    @precondition(lambda self: self._notes())
    @rule(
        data=st.data(),
        name=st.sampled_from("abc"),
        text=st.sampled_from(["1", "2", "wrong", "stamp me"]),
        location=st.sampled_from([SHARED, VSYS1]),
        by=st.sampled_from([MARIA, PAUL]),
    )
    def change(
        self, data: st.DataObject, name: str, text: str, location: Location, by: Actor
    ) -> None:
        uuid = data.draw(st.sampled_from(self._notes()))
        new = Note("note", location, name, text)
        if self._is_taken(new, but=uuid):
            with pytest.raises(NameTaken):
                self.bench.put(name, text, uuid=uuid, location=location, by=by)
        else:
            version = self.versions[uuid]
            ref = self.bench.put(name, text, uuid=uuid, location=location, by=by, seen=version)
            self.versions[uuid] = ref.version
            assert ref.version == version + (self.candidate[uuid] != new)
            self.candidate[uuid] = new

    @precondition(lambda self: self._notes())
    @rule(data=st.data())
    def change_what_was_not_seen(self, data: st.DataObject) -> None:
        uuid = data.draw(st.sampled_from(self._notes()))
        with pytest.raises(EditConflict):
            self.bench.put("z", uuid=uuid, seen=self.versions[uuid] + 1)

    @precondition(lambda self: self.candidate)
    @rule(data=st.data(), by=st.sampled_from([MARIA, PAUL]))
    def delete(self, data: st.DataObject, by: Actor) -> None:
        uuid = data.draw(st.sampled_from(self._in_order()))
        self.bench.delete(uuid, by=by)
        del self.candidate[uuid]

    @rule()
    def commit(self) -> None:
        self._commit()
        if self.running == self.candidate:
            assert queries.pending_count() == 0

    @precondition(lambda self: self._notes())
    @rule(data=st.data(), text=st.sampled_from(["1", "2", "3"]))
    def commit_while_another_admin_edits(self, data: st.DataObject, text: str) -> None:
        uuid = data.draw(st.sampled_from(self._notes()))
        before = self.candidate[uuid]
        after = replace(before, text=text)

        def meanwhile() -> None:
            ref = self.bench.put(before.name, text, uuid=uuid, location=before.location, by=PAUL)
            self.versions[uuid] = ref.version
            self.candidate[uuid] = after

        self._commit(hooks={"Validation passed": meanwhile})

    @rule(allowed=st.integers(min_value=0, max_value=60))
    def commit_killed_and_run_again(self, allowed: int) -> None:
        job = self.bench.job()
        before, after = running(), by_name(self._expected())
        with contextlib.suppress(JobFailed):
            run_killed(job, KillAt(allowed))
        assert running() in (before, after)
        self._commit(job)

    @invariant()
    def running_is_the_last_successful_commit(self) -> None:
        assert running() == by_name(self.running)
        assert Revision.objects.filter(running=True).count() == (len(self.history) > 1)

    @invariant()
    def pending_is_what_differs(self) -> None:
        uuids = {
            uuid
            for uuid in self.candidate.keys() | self.running.keys()
            if self.candidate.get(uuid) != self.running.get(uuid)
        }
        changes = queries.pending_changes()
        assert {change.uuid for change in changes} == uuids
        assert all(change.admins for change in changes)
        assert queries.pending_count() == len(uuids)

    def _commit(
        self, job: FakeJob | None = None, hooks: dict[str, Callable[[], object]] | None = None
    ) -> None:
        expected = self._expected()
        fails = any(note.text in {"wrong", "broken"} for note in self._changed_or_wrong())
        job = job or self.bench.job()
        job.hooks.update(hooks or {})
        if fails:
            with pytest.raises(JobFailed):
                pipeline.run(job)
            return
        changed = self.candidate != self.running
        frozen = dict(self.candidate)
        pipeline.run(job)
        if changed:
            self._published(frozen, expected)

    def _published(self, frozen: dict[UUID, Note], expected: dict[UUID, Note]) -> None:
        for uuid, note in expected.items():
            if frozen.get(uuid) != note and self.candidate.get(uuid) == frozen.get(uuid):
                self.candidate[uuid] = note
        self.running = expected
        self.history.append(by_name(expected))

    def _expected(self) -> dict[UUID, Note]:
        """What a commit of the candidate would make running."""
        expected = dict(self.candidate)
        for uuid, note in self.candidate.items():
            stamped = note.kind == "note" and note.text == "stamp me"
            if not stamped or self.running.get(uuid) == note:
                continue
            stamp = Note("stamp", note.location, f"{note.name}-stamp", "attempt 1")
            if not any(_same_place(stamp, other) for other in expected.values()):
                expected[uuid5(uuid, "stamp")] = stamp
        return expected

    def _changed_or_wrong(self) -> list[Note]:
        return [
            note
            for uuid, note in self.candidate.items()
            if (note.text == "wrong" and self.candidate != self.running)
            or (note.text == "broken" and self.running.get(uuid) != note)
        ]

    def _notes(self) -> list[UUID]:
        return [uuid for uuid in self._in_order() if self.candidate[uuid].kind == "note"]

    def _in_order(self) -> list[UUID]:
        # Not by UUID: those differ from run to run, and hypothesis repeats runs.
        return sorted(self.candidate, key=lambda uuid: self.candidate[uuid])

    def _is_taken(self, new: Note, but: UUID | None = None) -> bool:
        return any(_same_place(new, note) for uuid, note in self.candidate.items() if uuid != but)


def _same_place(one: Note, other: Note) -> bool:
    return (one.kind, one.location, one.name) == (other.kind, other.location, other.name)


def by_name(notes: dict[UUID, Note]) -> dict[str, str]:
    """The texts of a configuration by location and name."""
    return {f"{note.location.key}/{note.name}": note.text for note in notes.values()}


@pytest.mark.django_db
def test_no_sequence_of_edits_commits_and_kills_breaks_the_configuration() -> None:
    run_machine(LifeCycle, steps=15)


@pytest.mark.django_db
def test_a_commit_killed_at_any_statement_is_whole_or_not_there_and_can_run_again(
    bench: Workbench,
) -> None:
    kept, gone = bench.put("kept", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("kept", "stamp me", uuid=kept.uuid)
    bench.delete(gone.uuid)
    bench.put("gone", "2")
    before = running()
    after = {"shared/kept": "stamp me", "shared/kept-stamp": "attempt 1", "shared/gone": "2"}

    def check(job: FakeJob) -> None:
        assert running() in (before, after)
        pipeline.run(job)
        assert running() == after
        assert queries.pending_count() == 0
        assert Revision.objects.count() == 2
        assert CandidateObject.objects.count() == 3

    kill_at_every_statement(lambda: FakeJob(id=2), check)
