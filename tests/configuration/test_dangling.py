"""What a partial commit would leave dangling is named, with the change that is missing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from configuration.dangling import conflicts
from configuration.document import ChangedObject, Document, Entry
from configuration.scope import PendingChange, Plan
from domain.locations import DEVICE, SHARED, VSYS1, Location
from tests.configuration.fakes import NoteSection, StampSection, note

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VSYS2 = Location("vsys2")
SECTIONS = (NoteSection(), StampSection())


class Configuration:
    """Makes entries and keeps their texts."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.running: list[Entry] = []

    def entry(
        self, name: str, text: str = "", location: Location = SHARED, *, like: Entry | None = None
    ) -> Entry:
        """A note; ``like`` gives it the identity of another."""
        digest = f"{len(self.texts):064}"
        self.texts[digest] = note(name, text)
        return Entry(like.uuid if like else uuid4(), "note", location, name, digest)

    def runs(self, name: str, text: str = "", location: Location = SHARED) -> Entry:
        """A running note."""
        self.running.append(self.entry(name, text, location))
        return self.running[-1]

    def load(self, digests: Sequence[str]) -> Mapping[str, str]:
        return {digest: self.texts[digest] for digest in digests}

    def problems(
        self, included: list[PendingChange], left_out: list[PendingChange]
    ) -> list[tuple[str, str, str]]:
        """Object, field and message of each conflict."""
        before = Document(tuple(self.running), self.load)
        found = conflicts(Plan(1, before, tuple(included), tuple(left_out)), SECTIONS)
        ending = " Commit it, too, or commit all changes."
        assert all(one.message.endswith(ending) for one in found)
        return [(one.name, one.field, one.message.removesuffix(ending)) for one in found]


def change(before: Entry | None, after: Entry | None, by: str = "paul") -> PendingChange:
    return PendingChange(ChangedObject(before, after), "Note", (by,), by, NOW)


def test_an_added_object_that_names_what_is_left_out() -> None:
    config = Configuration()
    target, page = config.entry("a"), config.entry("b", "see a")

    found = config.problems([change(None, page, "maria")], [change(None, target)])

    assert found == [("b", "text", "a is not there without: Note a in Shared (added by paul).")]
    assert config.problems([change(None, page), change(None, target)], []) == []


def test_what_stays_and_names_what_goes() -> None:
    config = Configuration()
    target, page = config.runs("a"), config.runs("b", "see a")
    edited = config.entry("b", "1", like=page)

    found = config.problems([change(target, None, "maria")], [change(page, edited)])

    assert found == [
        (
            "b",
            "text",
            (
                "a goes with: Note a in Shared (deleted by maria). "
                "Left out is: Note b in Shared (edited by paul)."
            ),
        )
    ]


def test_what_stays_and_names_what_gets_another_name() -> None:
    config = Configuration()
    target, page = config.runs("a"), config.runs("b", "see a", VSYS1)
    renamed = config.entry("c", like=target)
    followed = config.entry("b", "see c", VSYS1, like=page)

    with_target = config.problems([change(target, renamed)], [change(page, followed)])
    with_page = config.problems([change(page, followed)], [change(target, renamed)])

    assert [message for *_, message in with_target] == [
        (
            "a goes with: Note c (was a) in Shared (renamed by paul). "
            "Left out is: Note b in vsys1 (edited by paul)."
        )
    ]
    assert [message for *_, message in with_page] == [
        "c is not there without: Note c (was a) in Shared (renamed by paul)."
    ]


def test_a_name_that_means_another_object_is_no_conflict() -> None:
    config = Configuration()
    config.runs("a")
    near, page = config.entry("a", "near", VSYS1), config.entry("b", "see a", VSYS1)

    assert config.problems([change(None, page)], [change(None, near)]) == []


def test_what_dangles_in_a_full_commit_too_is_left_to_validation() -> None:
    config = Configuration()
    target, other = config.runs("a"), config.entry("z")
    config.runs("b", "see a")
    page = config.entry("c", "see nothing")

    included = [change(target, None), change(None, page)]
    assert config.problems(included, [change(None, other)]) == []


def test_names_that_change_hands_need_both_changes() -> None:
    config = Configuration()
    a, b = config.runs("a"), config.runs("b")
    first = change(a, config.entry("b", like=a), "maria")
    second = change(b, config.entry("a", like=b))

    found = config.problems([first], [second])

    assert found == [
        ("b", "name", "b is still the running name of: Note a (was b) in Shared (renamed by paul).")
    ]
    assert config.problems([first, second], []) == []


def test_a_name_that_a_deletion_left_out_would_free() -> None:
    config = Configuration()
    old, new = config.runs("a"), config.entry("a", "new")
    gone = config.runs("z")

    found = config.problems(
        [change(None, new, "maria"), change(gone, None, "maria")], [change(old, None)]
    )

    assert [(name, field) for name, field, _ in found] == [("a", "name")]


def test_an_object_needs_its_virtual_system() -> None:
    config = Configuration()
    system = Entry(uuid4(), "vsys", DEVICE, "vsys2", "0" * 64)
    page = config.entry("a", "", VSYS2)
    added = PendingChange(ChangedObject(None, system), "Virtual system", ("paul",), "paul", NOW)

    found = config.problems([change(None, page, "maria")], [added])

    words = "Virtual system vsys2 in Device (added by paul)"
    assert found == [("a", "location", f"There is no virtual system vsys2 without: {words}.")]


def test_a_virtual_system_goes_with_its_objects_only() -> None:
    config = Configuration()
    system = Entry(uuid4(), "vsys", DEVICE, "vsys2", "0" * 64)
    config.running.append(system)
    page = config.runs("a", "", VSYS2)
    config.runs("forgotten", "", VSYS2)
    gone = PendingChange(ChangedObject(system, None), "Virtual system", ("maria",), "maria", NOW)

    found = config.problems([gone], [change(page, None)])

    assert [(name, field) for name, field, _ in found] == [("a", "location")]
