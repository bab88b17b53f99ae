"""Whatever is loaded, reverted, saved, edited, committed and killed: nothing is half applied."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from django.db import transaction

from configuration import pipeline, queries, services
from configuration.document import compare
from configuration.loads import FullCommitRequired
from configuration.models import CandidateObject, Snapshot
from configuration.scope import CommitScope
from configuration.services import NotLoaded, snapshots
from configuration.sources import CANDIDATE, RUNNING, SAVED, Source, SourceKind
from domain.actors import Actor
from domain.errors import Refused
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.machines import KillAt, run_machine, was_killed
from tests.configuration.test_life_cycle import LifeCycle, Note
from tests.configuration.workbench import Workbench, candidate, running

ADMINS = st.sampled_from([MARIA, PAUL])
Notes = dict[UUID, Note]


class HistoryLifeCycle(LifeCycle):
    """Loads, reverts and snapshots among the edits and commits of the machine it extends."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.documents: list[Notes] = [{}]
        self.saved: dict[str, Notes] = {}
        self.loaded = False
        """Whether a load waits for its full commit."""

    @rule(data=st.data(), by=ADMINS)
    def load_a_revision(self, data: st.DataObject, by: Actor) -> None:
        number = data.draw(st.integers(0, len(self.documents) - 1))
        self._bring(Source(SourceKind.REVISION, number=number), self.documents[number], by)

    @rule(by=ADMINS)
    def revert(self, by: Actor) -> None:
        self._bring(RUNNING, self.running, by)
        assert queries.pending_count() == 0
        assert compare(queries.configuration(RUNNING), queries.configuration(CANDIDATE)) == ()

    @rule(name=st.sampled_from(["", "x", "y"]), by=ADMINS)
    def save(self, name: str, by: Actor) -> None:
        if name:
            snapshots.save_as(name=name, overwrite=name in self.saved, by=by, at=self.bench.tick())
        else:
            snapshots.save(by=by, at=self.bench.tick())
        self.saved[name] = dict(self.candidate)

    @precondition(lambda self: self.saved)
    @rule(data=st.data(), by=ADMINS)
    def load_what_was_saved(self, data: st.DataObject, by: Actor) -> None:
        name = data.draw(st.sampled_from(sorted(self.saved)))
        source = Source(SourceKind.SNAPSHOT, name=name) if name else SAVED
        self._bring(source, self.saved[name], by)

    @rule(admin=st.sampled_from(["maria", "paul"]), by=ADMINS)
    def revert_the_changes_of_one_admin(self, admin: str, by: Actor) -> None:
        pending = queries.pending_changes()
        back = {one.uuid for one in pending if admin in one.admins}
        expected = {uuid: note for uuid, note in self.candidate.items() if uuid not in back}
        expected |= {uuid: note for uuid, note in self.running.items() if uuid in back}
        places = [(note.kind, note.location, note.name) for note in expected.values()]
        is_possible = bool(back) and len(set(places)) == len(places)
        scope = CommitScope(admins=frozenset({admin}))
        try:
            services.revert_changes(scope=scope, by=by, at=self.bench.tick())
        except (NotLoaded, Refused):
            assert not is_possible
            return
        assert is_possible
        self._became(expected)
        self.loaded = self.loaded and self.candidate != self.running

    @rule(data=st.data(), allowed=st.integers(0, 80))
    def load_killed(self, data: st.DataObject, allowed: int) -> None:
        number = data.draw(st.integers(0, len(self.documents) - 1))
        source = Source(SourceKind.REVISION, number=number)
        before = (self.candidate, self.loaded)
        is_dead = was_killed(loading(source, self.bench), KillAt(allowed))
        # Whoever is killed while the transaction ends may have done all of it.
        found = (stored(), queries.pending_load() is not None)
        if not is_dead or found != before:
            self._was_loaded(self.documents[number])

    @precondition(lambda self: self.loaded)
    @rule()
    def a_part_is_not_committed(self) -> None:
        job = self.bench.job(scope=CommitScope(admins=frozenset({"maria", "paul"})))
        with pytest.raises(FullCommitRequired):
            pipeline.run(job)

    @invariant()
    def a_load_waits_until_all_is_committed_or_reverted(self) -> None:
        assert (queries.pending_load() is not None) == self.loaded

    @invariant()
    def the_candidate_is_what_the_model_says(self) -> None:
        assert stored() == self.candidate

    @invariant()
    def snapshots_never_change_by_themselves(self) -> None:
        assert Snapshot.objects.count() == len(self.saved)
        for name, notes in self.saved.items():
            source = Source(SourceKind.SNAPSHOT, name=name) if name else SAVED
            entries = queries.configuration(source).entries
            assert {one.uuid for one in entries} == notes.keys()
            assert all(one.name == notes[one.uuid].name for one in entries)

    def _published(self, frozen: Notes, expected: Notes) -> None:
        super()._published(frozen, expected)
        self.documents.append(dict(expected))
        self.loaded = False

    def _bring(self, source: Source, expected: Notes, by: Actor) -> None:
        services.load_source(source=source, by=by, at=self.bench.tick())
        self._was_loaded(expected)

    def _was_loaded(self, expected: Notes) -> None:
        owed = self.loaded or self.candidate != expected
        self._became(expected)
        self.loaded = owed and self.candidate != self.running

    def _became(self, expected: Notes) -> None:
        """Take over the new candidate; what has not changed has kept its version."""
        before, self.candidate = self.candidate, dict(expected)
        for row in CandidateObject.objects.all():
            known = self.versions.get(row.uuid, 0)
            if before.get(row.uuid) == expected.get(row.uuid):
                assert row.version == known or not known
            else:
                assert row.version > known
            self.versions[row.uuid] = row.version


def stored() -> Notes:
    """The candidate as it is."""
    document = queries.candidate_document()
    return {
        one.uuid: Note(
            one.kind,
            one.location,
            one.name,
            document.text(one.digest).partition("<text>")[2].partition("</text>")[0],
        )
        for one in document.entries
    }


def loading(source: Source, bench: Workbench) -> Callable[[], object]:
    return lambda: services.load_source(source=source, by=MARIA, at=bench.tick())


@pytest.mark.django_db
def test_no_sequence_of_loads_reverts_and_commits_leaves_anything_half_applied() -> None:
    run_machine(HistoryLifeCycle, steps=15)


@pytest.mark.django_db
def test_a_load_killed_at_any_statement_is_whole_or_not_there(bench: Workbench) -> None:
    kept, gone = bench.put("kept", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("kept", "2", uuid=kept.uuid)
    bench.delete(gone.uuid)
    bench.put("gone", "2")
    bench.commit()
    before, after = candidate(), {"shared/kept": "1", "shared/gone": "1"}
    source = Source(SourceKind.REVISION, number=1)
    statements = 0
    while True:
        with transaction.atomic():
            is_dead = was_killed(loading(source, bench), KillAt(statements))
            assert candidate() in ((before, after) if is_dead else (after,))
            is_loaded = candidate() == after
            assert (queries.pending_load() is not None) == is_loaded
            assert (queries.pending_count() > 0) == is_loaded
            assert running() == before
            loading(source, bench)()
            assert candidate() == after
            transaction.set_rollback(True)
        if not is_dead:
            break
        statements += 1
    assert statements > 20
