"""Whatever is locked, committed on trial and rolled back: running is what it should be."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from configuration import pipeline, queries, services
from configuration.confirming import AwaitsConfirmation
from configuration.locking import LockHeld, LockKind
from configuration.services import ObjectRef, confirmation, locks
from domain.actors import SYSTEM, Actor
from domain.errors import Refused
from domain.locations import SHARED, VSYS1, Location
from tests.configuration.fakes import MARIA, PAUL, FakeJob
from tests.configuration.machines import Machine, run_machine
from tests.configuration.workbench import running

ADMINS = st.sampled_from([MARIA, PAUL])
LOCATIONS = st.sampled_from([SHARED, VSYS1])
NAMES = st.sampled_from("ab")


class LockedLifeCycle(Machine):
    """Two admins with locks, and commits that must be confirmed, beside a model."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.jobs = 1000
        self.refs: dict[str, ObjectRef] = {}
        self.candidate: dict[str, str] = {}
        self.running: dict[str, str] = {}
        self.before: dict[str, str] | None = None
        """What ran before the commit that is not confirmed; None when none waits."""
        self.locks: dict[tuple[LockKind, Location, str], int] = {}

    @rule(name=NAMES, text=st.sampled_from("12"), location=LOCATIONS, by=ADMINS)
    def edit(self, name: str, text: str, location: Location, by: Actor) -> None:
        key = f"{location.key}/{name}"
        uuid = self.refs[key].uuid if key in self.refs else None
        if self._is_locked(LockKind.CONFIG, {location}, by):
            with pytest.raises(LockHeld):
                self.bench.put(name, text, location=location, by=by, uuid=uuid)
            return
        self.refs[key] = self.bench.put(name, text, location=location, by=by, uuid=uuid)
        self.candidate[key] = text

    @precondition(lambda self: self.candidate)
    @rule(data=st.data(), by=ADMINS)
    def delete(self, data: st.DataObject, by: Actor) -> None:
        key = data.draw(st.sampled_from(sorted(self.candidate)))
        if self._is_locked(LockKind.CONFIG, {Location(key.partition("/")[0])}, by):
            with pytest.raises(LockHeld):
                self.bench.delete(self.refs[key].uuid, by=by)
            return
        self.bench.delete(self.refs.pop(key).uuid, by=by)
        del self.candidate[key]

    @rule(kind=st.sampled_from(LockKind), location=LOCATIONS, by=ADMINS)
    def take_lock(self, kind: LockKind, location: Location, by: Actor) -> None:
        overlapping = kind is LockKind.CONFIG and any(
            held is kind and owner != by.name and (place == location or SHARED in {place, location})
            for held, place, owner in self.locks
        )
        if overlapping or (kind, location, by.name) in self.locks:
            with pytest.raises(Refused):
                locks.take(kind=kind, location=location, by=by, at=self.bench.now)
            return
        taken = locks.take(kind=kind, location=location, by=by, at=self.bench.now)
        self.locks[kind, location, by.name] = taken

    @precondition(lambda self: self.locks)
    @rule(data=st.data(), by=ADMINS)
    def remove_lock(self, data: st.DataObject, by: Actor) -> None:
        lock_id = data.draw(st.sampled_from(sorted(self.locks.values())))
        locks.remove(lock_id=lock_id, by=by, at=self.bench.now)
        self._forget_locks()

    @rule(by=ADMINS, within=st.sampled_from([0, 5]))
    def commit(self, by: Actor, within: int) -> None:
        self.jobs += 1
        job = FakeJob(id=self.jobs, by=by, arguments={"confirm_within_min": within})
        changed = bool(self._changed())
        if changed and self.before is not None:
            with pytest.raises(AwaitsConfirmation):
                pipeline.run(job)
        elif self._is_locked(LockKind.COMMIT, self._changed(), by):
            with pytest.raises(LockHeld):
                pipeline.run(job)
        else:
            pipeline.run(job)
            if changed and within:
                self.before = dict(self.running)
            self.running = dict(self.candidate)
            self._forget_locks()

    @precondition(lambda self: self.before is not None)
    @rule(by=ADMINS)
    def confirm(self, by: Actor) -> None:
        confirmation.confirm(by=by, at=self.bench.now)
        self.before = None
        self._forget_locks()

    @precondition(lambda self: self.before is not None)
    @rule(by=st.sampled_from([MARIA, PAUL, SYSTEM]))
    def roll_back(self, by: Actor) -> None:
        waiting = queries.open_confirmation()
        assert waiting is not None
        assert self.before is not None
        self.jobs += 1
        for _ in range(2):  # a job that is killed runs again
            services.roll_back(number=waiting.number, job_id=self.jobs, by=by, at=self.bench.now)
        self.running, self.before = self.before, None

    @invariant()
    def running_is_the_last_commit_or_its_rollback(self) -> None:
        assert running() == self.running
        assert (queries.open_confirmation() is not None) == (self.before is not None)

    @invariant()
    def pending_is_what_differs(self) -> None:
        keys = self.candidate.keys() | self.running.keys()
        listed = sorted(f"{c.location.key}/{c.name}" for c in queries.pending_changes())
        # An object deleted and added again under its name is two objects.
        assert set(listed) >= {k for k in keys if self.candidate.get(k) != self.running.get(k)}
        assert queries.pending_count() == len(listed)

    @invariant()
    def locks_are_those_of_the_model(self) -> None:
        assert {lock.id for lock in queries.locks()} == set(self.locks.values())

    def _forget_locks(self) -> None:
        held = {lock.id for lock in queries.locks()}
        self.locks = {key: lock_id for key, lock_id in self.locks.items() if lock_id in held}

    def _is_locked(self, kind: LockKind, locations: set[Location], by: Actor) -> bool:
        return any(
            held is kind and owner != by.name and (place in locations or place == SHARED)
            for held, place, owner in self.locks
            if locations
        )

    def _changed(self) -> set[Location]:
        return {change.location for change in queries.changed_objects()}


@pytest.mark.django_db
def test_no_sequence_of_locks_commits_and_rollbacks_breaks_the_configuration() -> None:
    run_machine(LockedLifeCycle, steps=20)
