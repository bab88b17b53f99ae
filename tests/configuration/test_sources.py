"""How an address names a configuration, and what a snapshot can be called."""

import pytest

from configuration.sources import (
    CANDIDATE,
    RUNNING,
    SAVED,
    NameNotUsable,
    Source,
    SourceKind,
    check_name,
)
from domain.errors import NotFound

SOURCES = {
    "candidate": CANDIDATE,
    "running": RUNNING,
    "saved": SAVED,
    "revision-0": Source(SourceKind.REVISION),
    "revision-12": Source(SourceKind.REVISION, number=12),
    "snapshot-before.move_1": Source(SourceKind.SNAPSHOT, name="before.move_1"),
}


@pytest.mark.parametrize("key", SOURCES)
def test_a_source_and_its_text_mean_each_other(key: str) -> None:
    assert Source.parse(key) == SOURCES[key]
    assert SOURCES[key].key == key


def test_a_source_is_said_in_words() -> None:
    assert [str(source) for source in SOURCES.values()] == [
        "the candidate configuration",
        "the running configuration",
        "the last saved configuration",
        "revision 0",
        "revision 12",
        "snapshot before.move_1",
    ]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "revision-",
        "revision-01",
        "revision-x",
        "revision-٣",
        "revision-99999999999999999999",
        "snapshot-",
        "snapshot-.snapshot.xml",
        "snapshot-a/b",
        "other",
    ],
)
def test_what_names_no_configuration_is_not_found(key: str) -> None:
    with pytest.raises(NotFound):
        Source.parse(key)


@pytest.mark.parametrize("name", ["", ".snapshot.xml", "a b", "-a", "ä", "a" * 64, "a/b", "a\n"])
def test_a_name_that_would_not_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(NameNotUsable) as refusal:
        check_name(name)

    assert [problem.field for problem in refusal.value.problems] == ["name"]


def test_names_of_files_will_do() -> None:
    for name in ("a", "before-move.xml", "2026-11-25_1", "a" * 63):
        check_name(name)
