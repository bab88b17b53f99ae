"""Several admins, full and partial commits, crashes: only what the scope says ever runs."""

import contextlib
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from configuration import pipeline, queries
from configuration.models import CandidateObject, FrozenDocument, Revision
from configuration.scope import ALL, CommitScope
from domain.actors import Actor
from domain.errors import InUse, NameTaken
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

VERA = Actor(name="vera")
ADMINS = (MARIA, PAUL, VERA)
LOCATIONS = (SHARED, VSYS1)

scopes = st.builds(
    CommitScope,
    st.none()
    | st.sets(st.sampled_from([admin.name for admin in ADMINS]), min_size=1).map(frozenset),
    st.none() | st.sets(st.sampled_from(LOCATIONS), min_size=1).map(frozenset),
)


@dataclass(frozen=True)
class Note:
    """What the model knows of a note."""

    location: Location
    name: str
    text: str

    @property
    def place(self) -> tuple[Location, str]:
        return (self.location, self.name)


Notes = dict[UUID, Note]


class PartialLifeCycle(Machine):
    """Edits by three admins and commits of some of them, beside a model in plain dictionaries."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.candidate: Notes = {}
        self.running: Notes = {}
        self.touched: dict[UUID, set[str]] = {}
        self.history: list[dict[str, str]] = [{}]

    def teardown(self) -> None:
        assert [contents(number) for number in range(len(self.history))] == self.history
        super().teardown()

    @rule(
        name=st.sampled_from("abc"),
        text=st.sampled_from(["1", "2", "wrong", "see a", "see b"]),
        location=st.sampled_from(LOCATIONS),
        by=st.sampled_from(ADMINS),
    )
    def add(self, name: str, text: str, location: Location, by: Actor) -> None:
        with contextlib.suppress(NameTaken):
            ref = self.bench.put(name, text, location=location, by=by)
            self._note(ref.uuid, by)

    @precondition(lambda self: self.candidate)
    @rule(
        data=st.data(),
        text=st.sampled_from(["1", "2", "see a", "see c"]),
        by=st.sampled_from(ADMINS),
    )
    def edit(self, data: st.DataObject, text: str, by: Actor) -> None:
        uuid = self._draw(data)
        note = self.candidate[uuid]
        self.bench.put(note.name, text, location=note.location, uuid=uuid, by=by)
        self._note(uuid, by)

    @precondition(lambda self: self.candidate)
    @rule(
        data=st.data(),
        name=st.sampled_from("abcd"),
        location=st.sampled_from(LOCATIONS),
        by=st.sampled_from(ADMINS),
    )
    def rename_or_move(self, data: st.DataObject, name: str, location: Location, by: Actor) -> None:
        uuid = self._draw(data)
        with contextlib.suppress(NameTaken):
            text = self.candidate[uuid].text
            self.bench.put(name, text, location=location, uuid=uuid, by=by)
        self._note(uuid, by)

    @precondition(lambda self: self.candidate)
    @rule(data=st.data(), by=st.sampled_from(ADMINS))
    def delete(self, data: st.DataObject, by: Actor) -> None:
        uuid = self._draw(data)
        with contextlib.suppress(InUse):
            self.bench.delete(uuid, by=by)
            self._note(uuid, by)

    @rule(scope=scopes | st.just(ALL))
    def commit(self, scope: CommitScope) -> None:
        self._commit(self.bench.job(scope=scope), scope)

    @rule(scope=scopes, allowed=st.integers(min_value=0, max_value=70))
    def commit_killed_and_run_again(self, scope: CommitScope, allowed: int) -> None:
        job = self.bench.job(scope=scope)
        before, after = self.history[-1], by_name(self._expected(scope))
        with contextlib.suppress(JobFailed):
            run_killed(job, KillAt(allowed))
        assert running() in (before, after)
        self._commit(job, scope)

    @invariant()
    def running_is_the_last_successful_commit(self) -> None:
        assert running() == by_name(self.running)
        assert Revision.objects.filter(running=True).count() == (len(self.history) > 1)

    @invariant()
    def pending_is_what_differs_with_all_who_changed_it(self) -> None:
        listed = {change.uuid: set(change.admins) for change in queries.pending_changes()}
        assert set(listed) == self._differing()
        assert queries.pending_count() == len(listed)
        assert listed == {uuid: self.touched[uuid] for uuid in listed}

    def _commit(self, job: FakeJob, scope: CommitScope) -> None:
        expected, candidate = self._expected(scope), self._stored()
        succeeds = True
        try:
            pipeline.run(job)
        except JobFailed as failure:
            succeeds = False
            self._failed(failure, scope, expected)
        assert self._stored() == candidate
        if not succeeds or expected == self.running:
            return
        assert len({note.place for note in expected.values()}) == len(expected)
        assert "wrong" not in {note.text for note in expected.values()}
        self.running = expected
        self.history.append(by_name(expected))
        assert not FrozenDocument.objects.exists()
        if scope.is_all:
            assert queries.pending_count() == 0
        for uuid in set(self.touched) - self._differing():
            self.touched.pop(uuid)

    def _failed(self, failure: JobFailed, scope: CommitScope, expected: Notes) -> None:
        """Nothing fails for no reason."""
        if failure.message.startswith("Validation"):
            assert "wrong" in {note.text for note in expected.values()}
        else:
            assert not scope.is_all
            assert len(expected) > len({n.place for n in expected.values()}) or dangling(expected)

    def _expected(self, scope: CommitScope) -> Notes:
        """What a commit of the scope would make running."""
        expected = dict(self.running)
        for uuid in self._differing():
            old, new = self.running.get(uuid), self.candidate.get(uuid)
            places = {note.location for note in (old, new) if note}
            chosen = scope.admins is None or scope.admins & self.touched[uuid]
            if not chosen or not (scope.locations is None or places <= scope.locations):
                continue
            expected.pop(uuid, None)
            if new:
                expected[uuid] = new
        return expected

    def _note(self, uuid: UUID, by: Actor) -> None:
        """Take over what an edit made; references follow a renamed object in the same edit."""
        after = self._stored()
        changed = {
            one
            for one in after.keys() | self.candidate.keys()
            if after.get(one) != self.candidate.get(one)
        }
        for one in changed:
            self.touched.setdefault(one, set()).add(by.name)
        # What was taken back is nobody's change any more.
        for one in changed:
            if after.get(one) == self.running.get(one):
                self.touched.pop(one)
        assert changed <= {uuid} | {one for one, n in after.items() if n.text.startswith("see")}
        self.candidate = after

    def _stored(self) -> Notes:
        rows = CandidateObject.objects.select_related("text")
        return {
            row.uuid: Note(
                Location(row.location),
                row.name,
                row.text.xml.partition("<text>")[2].partition("</text>")[0],
            )
            for row in rows
        }

    def _differing(self) -> set[UUID]:
        uuids = self.candidate.keys() | self.running.keys()
        return {uuid for uuid in uuids if self.candidate.get(uuid) != self.running.get(uuid)}

    def _draw(self, data: st.DataObject) -> UUID:
        # Not by UUID: those differ from run to run, and hypothesis repeats runs.
        ordered = sorted(self.candidate, key=lambda u: (self.candidate[u].place, u.int))
        return data.draw(st.sampled_from(ordered))


def dangling(notes: Notes) -> bool:
    """Tell whether a note names one that is neither beside it nor in Shared."""
    places = {note.place for note in notes.values()}
    return any(
        not places & {(note.location, note.text[4:]), (SHARED, note.text[4:])}
        for note in notes.values()
        if note.text.startswith("see ")
    )


def by_name(notes: Notes) -> dict[str, str]:
    """The texts of a configuration by location and name."""
    return {f"{note.location.key}/{note.name}": note.text for note in notes.values()}


@pytest.mark.django_db
def test_no_sequence_of_partial_commits_runs_more_or_less_than_their_scopes() -> None:
    run_machine(PartialLifeCycle, steps=20)


@pytest.mark.django_db
def test_a_partial_commit_killed_at_any_statement_is_whole_or_not_there(bench: Workbench) -> None:
    kept, gone = bench.put("kept", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("kept", "stamp me", uuid=kept.uuid)
    bench.delete(gone.uuid, by=PAUL)
    bench.put("his", "2", by=PAUL)
    before = running()
    after = {**before, "shared/kept": "stamp me", "shared/kept-stamp": "attempt 1"}
    scope = CommitScope(admins=frozenset({"maria"}))

    def check(job: FakeJob) -> None:
        assert running() in (before, after)
        pipeline.run(job)
        assert running() == after
        assert {change.name for change in queries.pending_changes()} == {"gone", "his"}
        assert Revision.objects.count() == 2

    kill_at_every_statement(lambda: FakeJob(id=2, arguments={"scope": scope.to_json()}), check)
