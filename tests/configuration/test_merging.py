"""Two edits of one object, merged field by field."""

import pytest

from configuration.merging import (
    ConflictRow,
    Edit,
    MergedField,
    Side,
    Undecided,
    merge,
    outcome,
    result,
)

BASE = {"name": "a", "url": "1", "subject": "x", "bits": 2048}


def edit(by: str, **changed: object) -> Edit:
    return Edit(by, BASE | changed)


def sides(fields: tuple[MergedField, ...]) -> dict[str, tuple[Side | None, str]]:
    return {one.field: (one.side, one.by) for one in fields}


def test_fields_that_one_side_changed_need_no_choice_and_those_of_both_do() -> None:
    theirs = [edit("paul", url="2", bits=4096), edit("vera", url="2", bits=4096, name="b")]

    fields = merge(BASE, theirs, BASE | {"url": "3", "subject": "y", "bits": 4096})

    assert sides(fields) == {
        "name": (Side.THEIRS, "vera"),
        "url": (None, "paul"),
        "subject": (Side.MINE, ""),
        "bits": (Side.THEIRS, "paul"),
    }
    assert [outcome(one) for one in fields] == ["theirs", "", "mine", "the same"]


def test_the_result_holds_what_was_chosen() -> None:
    fields = merge(BASE, [edit("paul", url="2", name="b")], BASE | {"url": "3", "subject": "y"})

    assert result(fields, {"url": Side.MINE}) == {"name": "b", "url": "3", "subject": "y"}
    assert result(fields, {"url": Side.THEIRS})["url"] == "2"
    with pytest.raises(Undecided) as refusal:
        result(fields, {})
    assert [problem.field for problem in refusal.value.problems] == ["url"]


def test_a_field_that_was_changed_and_changed_back_is_nobodys() -> None:
    fields = merge(BASE, [edit("paul", url="2"), edit("vera")], BASE)

    assert fields == ()


def test_without_the_version_both_started_from_whatever_differs_needs_a_choice() -> None:
    fields = merge(None, [edit("paul", url="2")], BASE)

    assert sides(fields)["url"] == (None, "paul")
    assert sides(fields)["name"] == (Side.THEIRS, "paul")
    assert fields[1].base is None


def test_a_row_knows_its_choice() -> None:
    row = ConflictRow("url", "URL", "1", "2", "3", "paul", "", "mine")

    assert (row.chose_mine, row.chose_theirs) == (True, False)
