"""Names of objects: limits at n and n + 1, spaces, characters."""

import pytest

from domain.names import CERTIFICATE_NAME_MAX, PROFILE_NAME_MAX, check_name


def messages(name: str, *, max_length: int = 31, spaces: bool = True) -> list[str]:
    return [problem.message for problem in check_name(name, max_length=max_length, spaces=spaces)]


@pytest.mark.parametrize("limit", [PROFILE_NAME_MAX, CERTIFICATE_NAME_MAX])
def test_a_name_may_be_as_long_as_its_limit_and_no_longer(limit: int) -> None:
    assert messages("x" * limit, max_length=limit) == []
    assert messages("x" * (limit + 1), max_length=limit) == [
        f"The name has {limit + 1} characters; at most {limit} are allowed."
    ]


def test_an_empty_name_is_missing() -> None:
    assert messages("") == ["This field is required."]


def test_a_space_inside_is_allowed_where_the_kind_of_object_allows_it() -> None:
    assert messages("my profile", spaces=True) == []
    assert messages("my cert", spaces=False) == [
        "The name cannot contain spaces. Use a hyphen or an underscore."
    ]


@pytest.mark.parametrize("name", [" x", "x "])
def test_a_space_at_either_end_is_refused(name: str) -> None:
    assert messages(name) == ["The name cannot begin or end with a space."]


@pytest.mark.parametrize("name", ["a/b", "a<b>", "ä", "a\nb", "a'b", 'a"b', "a\x00"])
def test_other_characters_are_refused(name: str) -> None:
    assert messages(name) == [
        "Only letters, digits, hyphens, underscores, dots and spaces are allowed in a name."
    ]


def test_problems_carry_the_field_they_are_told() -> None:
    problems = check_name("", max_length=5, spaces=False, field="certificate_name")

    assert [problem.field for problem in problems] == ["certificate_name"]


def test_spaces_are_not_offered_where_they_are_refused() -> None:
    assert messages("a/b", spaces=False) == [
        "Only letters, digits, hyphens, underscores and dots are allowed in a name."
    ]
