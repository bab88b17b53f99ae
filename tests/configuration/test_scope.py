"""Which pending changes a scope covers, and how it is written down."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from configuration.document import ChangedObject, Document, Entry
from configuration.scope import ALL, CommitScope, PendingChange, Plan
from domain.locations import SHARED, VSYS1, Location

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VSYS2 = Location("vsys2")
UUID = uuid4()


def entry(name: str = "a", location: Location = SHARED) -> Entry:
    return Entry(UUID, "note", location, name, "0" * 64)


def pending(
    before: Entry | None, after: Entry | None, *admins: str, owner: str = ""
) -> PendingChange:
    change = ChangedObject(before, after)
    return PendingChange(change, "Note", admins, owner or admins[-1], NOW)


MARIAS = CommitScope(admins=frozenset({"maria"}))
IN_VSYS1 = CommitScope(locations=frozenset({VSYS1}))


def test_all_covers_everything() -> None:
    assert ALL.is_all
    assert ALL.covers(pending(None, entry(), "paul"))
    assert str(ALL) == "all changes"
    assert ALL.to_json() == {}


@pytest.mark.parametrize(
    ("admins", "goes"), [(["maria"], True), (["paul"], False), (["paul", "maria"], True)]
)
def test_an_object_goes_with_any_admin_who_changed_it(
    admins: list[str],
    *,
    goes: bool,
) -> None:
    assert MARIAS.covers(pending(None, entry(), *admins)) is goes


def test_an_object_that_moved_goes_when_both_places_are_chosen() -> None:
    moved = pending(entry("a", VSYS2), entry("a", VSYS1), "maria")

    assert not IN_VSYS1.covers(moved)
    assert CommitScope(locations=frozenset({VSYS1, VSYS2})).covers(moved)
    assert moved.former_location == VSYS2
    assert moved.locations == {VSYS1, VSYS2}


def test_admins_and_locations_are_both_asked() -> None:
    scope = CommitScope(frozenset({"maria"}), frozenset({VSYS1}))

    assert scope.covers(pending(None, entry("a", VSYS1), "maria"))
    assert not scope.covers(pending(None, entry("a", VSYS1), "paul"))
    assert not scope.covers(pending(None, entry("a", SHARED), "maria"))


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (ALL, "all changes"),
        (MARIAS, "changes made by maria"),
        (IN_VSYS1, "changes made by all admins in vsys1"),
        (
            CommitScope(frozenset({"paul", "maria"}), frozenset({SHARED, VSYS1})),
            "changes made by maria, paul in Shared, vsys1",
        ),
    ],
)
def test_a_scope_survives_json_and_says_what_it_is(scope: CommitScope, words: str) -> None:
    assert CommitScope.from_json(scope.to_json()) == scope
    assert str(scope) == words
    assert scope.is_all == (scope == ALL)


def test_a_pending_change_tells_of_its_object_and_its_owners() -> None:
    renamed = pending(entry("a"), entry("b"), "maria", "paul", owner="paul")
    added = pending(None, entry("a"), "maria")
    deleted = pending(entry("a"), None, "maria", "paul", owner="maria")

    assert str(renamed) == "Note b (was a) in Shared (renamed by maria and paul)"
    assert (renamed.former_name, renamed.previous_owners) == ("a", ("maria",))
    assert str(added) == "Note a in Shared (added by maria)"
    assert (added.former_name, added.former_location, added.previous_owners) == ("", None, ())
    assert str(deleted) == "Note a in Shared (deleted by maria and paul)"
    assert (deleted.uuid, deleted.kind, deleted.location) == (UUID, "note", SHARED)


def test_a_plan_makes_the_included_changes_only() -> None:
    other = Entry(uuid4(), "note", VSYS1, "b", "1" * 64)
    mine = pending(None, entry(), "maria")
    theirs = PendingChange(ChangedObject(None, other), "Note", ("paul",), "paul", NOW)
    plan = Plan(0, Document((), lambda _: {}), (mine,), (theirs,))

    assert plan.after.entries == (entry(),)
    assert plan.changed == (mine.change,)
    assert plan.locations == {SHARED}


def test_what_the_device_changed_is_nobody_elses() -> None:
    nobodys = pending(None, entry(), "system")
    ours = pending(None, entry("b", VSYS1), "maria", "paul")
    plan = Plan(0, Document((), lambda _: {}), (nobodys, ours), ())

    assert plan.locations_of_others("maria") == {VSYS1}
    assert plan.locations_of_others("paul") == {VSYS1}
