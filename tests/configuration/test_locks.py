"""Locks: who takes them, whom they keep out of what, and when they go."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from django.db import IntegrityError, connections, transaction

from audit import queries as audit
from configuration import queries, services
from configuration.locking import HeldLock, LockHeld, LockKind, in_the_way
from configuration.models import Lock
from configuration.services import locks
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from domain.locations import SHARED, VSYS1, Location
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, running

VSYS_ADMIN = Actor(name="vera", role=Role.VSYSADMIN, scope=(VSYS1,))
WALT = Actor(name="walt", role=Role.VSYSADMIN, scope=(VSYS1,))
READER = Actor(name="rita", role=Role.SUPERREADER)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def held(
    owner: str = "maria", location: Location = SHARED, *, number: int = 1, comment: str = ""
) -> HeldLock:
    return HeldLock(number, LockKind.CONFIG, location, owner, comment, NOON, automatic=False)


def take(
    bench: Workbench,
    kind: LockKind = LockKind.CONFIG,
    location: Location = SHARED,
    by: Actor = MARIA,
    comment: str = "",
) -> int:
    return locks.take(kind=kind, location=location, comment=comment, by=by, at=bench.now)


def owners(kind: LockKind) -> list[tuple[str, str]]:
    return [(lock.owner, lock.location.key) for lock in queries.locks(kind)]


@pytest.mark.parametrize(
    ("lock", "location", "words"),
    [
        (SHARED, SHARED, "covers overlaps"),
        (SHARED, VSYS1, "covers overlaps"),
        (VSYS1, VSYS1, "covers overlaps"),
        (VSYS1, SHARED, "overlaps"),
        (VSYS1, Location("vsys2"), ""),
    ],
)
def test_a_lock_on_shared_covers_the_whole_configuration(
    lock: Location, location: Location, words: str
) -> None:
    assert held(location=lock).covers(location) is ("covers" in words)
    assert held(location=lock).overlaps(location) is ("overlaps" in words)


def test_the_oldest_lock_of_somebody_else_is_in_the_way() -> None:
    mine, first, second = held(), held("paul", number=2), held("vera", number=3)

    assert in_the_way([mine], admin="maria", locations=[SHARED]) is None
    assert in_the_way([second, mine, first], admin="maria", locations=[VSYS1]) == first
    assert in_the_way([held("paul", VSYS1)], admin="maria", locations=[SHARED]) is None


def test_the_refusal_names_owner_time_reason_and_remedy() -> None:
    refusal = LockHeld(held("paul", VSYS1, comment="moving the RA"))

    assert refusal.message == (
        "paul has held a config lock on vsys1 since 2026-11-23 12:00:00 UTC. Nothing was done. "
        "Comment: moving the RA"
    )
    assert refusal.hint == "Ask paul to remove the lock, or a superuser: Locks in the top bar."
    assert "Comment" not in LockHeld(held("paul")).message
    assert "the whole configuration" in LockHeld(held("paul")).message
    assert LockKind.COMMIT.label == "Commit Lock"


@pytest.mark.django_db
def test_a_config_lock_keeps_the_others_from_editing_and_its_owner_goes_on(
    bench: Workbench,
) -> None:
    shared, branch = bench.put("a"), bench.put("b", location=VSYS1)
    take(bench, location=VSYS1, by=PAUL)

    with pytest.raises(LockHeld, match="paul has held a config lock on vsys1"):
        bench.put("b", "2", location=VSYS1, uuid=branch.uuid)
    with pytest.raises(LockHeld):
        bench.put("moved", uuid=branch.uuid)
    with pytest.raises(LockHeld):
        bench.delete(branch.uuid)
    with pytest.raises(LockHeld):
        services.delete_all(uuids=[shared.uuid, branch.uuid], by=MARIA, at=bench.now)
    bench.put("a", "2", uuid=shared.uuid)
    bench.put("b", "3", location=VSYS1, uuid=branch.uuid, by=PAUL)


@pytest.mark.django_db
def test_what_a_ca_has_issued_is_kept_whatever_is_locked(bench: Workbench) -> None:
    take(bench, by=PAUL)

    services.put(
        kind="note",
        location=SHARED,
        name="issued",
        xml='<entry name="issued"/>',
        by=MARIA,
        at=bench.now,
        is_fact=True,
    )

    assert queries.find_candidate("note", SHARED, "issued")


@pytest.mark.django_db
def test_a_commit_lock_keeps_the_others_from_committing_what_is_changed_there(
    bench: Workbench,
) -> None:
    bench.put("a")
    take(bench, LockKind.COMMIT, VSYS1, PAUL)
    services.commit(by=MARIA, description="", at=bench.now)
    bench.put("b", location=VSYS1)

    with pytest.raises(LockHeld, match="paul has held a commit lock on vsys1"):
        services.commit(by=MARIA, description="", at=bench.now)

    services.commit(by=PAUL, description="", at=bench.now)


@pytest.mark.django_db
def test_a_commit_lock_taken_while_a_commit_waits_stops_it(bench: Workbench) -> None:
    bench.put("a")
    job = services.commit(by=MARIA, description="", at=bench.now)
    take(bench, LockKind.COMMIT, by=PAUL)

    with pytest.raises(LockHeld):
        bench.commit()

    assert job
    assert running() == {}


@pytest.mark.django_db
def test_several_admins_hold_commit_locks_but_one_a_config_lock(bench: Workbench) -> None:
    take(bench, LockKind.COMMIT, by=MARIA)
    take(bench, LockKind.COMMIT, by=PAUL)
    take(bench, LockKind.CONFIG, VSYS1, MARIA)

    for location in (VSYS1, SHARED):
        with pytest.raises(LockHeld, match="maria has held a config lock on vsys1"):
            take(bench, LockKind.CONFIG, location, PAUL)
    take(bench, LockKind.CONFIG, SHARED, MARIA)

    assert owners(LockKind.COMMIT) == [("maria", "shared"), ("paul", "shared")]
    assert owners(LockKind.CONFIG) == [("maria", "vsys1"), ("maria", "shared")]
    assert queries.lock_count() == len(queries.locks()) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LockKind)
def test_a_lock_is_taken_once(bench: Workbench, kind: LockKind) -> None:
    take(bench, kind)

    with pytest.raises(Refused, match=f"You hold a {kind} lock there already"):
        take(bench, kind)

    row = Lock.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_a_lock_needs_a_location_that_exists_and_a_short_comment(bench: Workbench) -> None:
    with pytest.raises(Refused) as refused:
        take(bench, location=Location("vsys999"), comment="x" * 513)

    assert [problem.field for problem in refused.value.problems] == ["location", "comment"]
    assert queries.lock_count() == 0


@pytest.mark.django_db
def test_nobody_locks_what_he_may_not_write(bench: Workbench) -> None:
    with pytest.raises(Forbidden):
        take(bench, by=VSYS_ADMIN)
    with pytest.raises(Forbidden):
        take(bench, by=READER)

    assert take(bench, location=VSYS1, by=VSYS_ADMIN)


@pytest.mark.django_db
def test_a_lock_is_removed_by_its_owner_or_a_superuser_and_the_log_says_whose_it_was(
    bench: Workbench,
) -> None:
    first = take(bench, location=VSYS1, by=VSYS_ADMIN, comment="half done")
    with pytest.raises(Forbidden, match="only vera or a superuser"):
        locks.remove(lock_id=first, by=READER, at=bench.now)
    with pytest.raises(Forbidden):
        locks.remove(lock_id=first, by=WALT, at=bench.now)
    locks.remove(lock_id=first, by=VSYS_ADMIN, at=bench.now)
    second = take(bench, location=VSYS1, by=VSYS_ADMIN)
    locks.remove(lock_id=second, by=MARIA, at=bench.now)

    with pytest.raises(NotFound, match="removed already"):
        locks.remove(lock_id=second, by=MARIA, at=bench.now)
    assert [event.text for event in audit.events(kind="lock")] == [
        "Config Lock on vsys1 removed. It was vera's.",
        "Config Lock on vsys1 taken.",
        "Config Lock on vsys1 removed.",
        "Config Lock on vsys1 taken.",
    ]


@pytest.mark.django_db
def test_a_commit_drops_the_commit_locks_of_its_owner_only(bench: Workbench) -> None:
    bench.put("a")
    take(bench, LockKind.COMMIT, VSYS1, by=MARIA)
    take(bench, LockKind.CONFIG, VSYS1, by=MARIA)
    take(bench, LockKind.COMMIT, VSYS1, by=PAUL)

    bench.commit()

    assert owners(LockKind.COMMIT) == [("paul", "vsys1")]
    assert owners(LockKind.CONFIG) == [("maria", "vsys1")]


@pytest.mark.django_db
def test_a_commit_lock_stays_while_something_of_its_owner_is_pending(bench: Workbench) -> None:
    bench.put("a")
    take(bench, LockKind.COMMIT, VSYS1)
    take(bench, LockKind.COMMIT, SHARED)

    bench.commit(hooks={"Validation passed": lambda: bench.put("late")})

    assert owners(LockKind.COMMIT) == [("maria", "shared")]


@pytest.mark.django_db
def test_an_automatic_commit_lock_is_taken_at_the_first_edit_and_goes_with_the_commit(
    bench: Workbench,
) -> None:
    locks.set_automatic(on=True, by=MARIA, at=bench.now)
    bench.put("a", location=VSYS1)
    bench.put("b", location=VSYS1)
    bench.put("c", by=PAUL)
    bench.put("d", by=SYSTEM)

    assert owners(LockKind.COMMIT) == [("maria", "vsys1"), ("paul", "shared")]
    assert queries.locks()[0].automatic
    with pytest.raises(LockHeld, match="Comment: Taken at the first edit"):
        services.commit(by=MARIA, description="", at=bench.now)

    locks.remove(lock_id=queries.locks()[1].id, by=MARIA, at=bench.now)
    bench.commit()

    assert queries.lock_count() == 0


@pytest.mark.django_db
def test_who_holds_a_lock_on_everything_needs_no_automatic_one(bench: Workbench) -> None:
    locks.set_automatic(on=True, by=MARIA, at=bench.now)
    take(bench, LockKind.COMMIT, SHARED)

    bench.put("a", location=VSYS1)

    assert queries.lock_count() == 1


@pytest.mark.django_db
def test_the_automatic_lock_is_switched_by_a_superuser_and_logged_once(bench: Workbench) -> None:
    with pytest.raises(Forbidden):
        locks.set_automatic(on=True, by=VSYS_ADMIN, at=bench.now)
    for on in (True, True, False):
        locks.set_automatic(on=on, by=MARIA, at=bench.now + timedelta(minutes=1))

    assert not queries.automatic_commit_lock()
    assert [event.text for event in audit.events(kind="lock")] == [
        "Automatic commit lock switched off.",
        "Automatic commit lock switched on.",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_config_lock_at_once_one_wins(bench: Workbench) -> None:
    start = threading.Barrier(2)

    def attempt(by: Actor) -> str:
        try:
            start.wait()
            take(bench, by=by)
        except LockHeld as refusal:
            return refusal.lock.owner
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(attempt, (MARIA, PAUL)))

    [lock] = queries.locks()
    assert answers == ["", lock.owner]
