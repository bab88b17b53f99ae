"""Refusals carry what a person needs, and the XML API's code."""

import pytest

from domain import errors
from domain.errors import Problem, Refused


def test_a_refusal_carries_message_hint_and_problems_in_order() -> None:
    problems = [Problem("name", "too long"), Problem("subject", "no CN")]

    refusal = Refused("It was not saved.", hint="Mend the fields.", problems=problems)

    assert str(refusal) == refusal.message == "It was not saved."
    assert refusal.hint == "Mend the fields."
    assert refusal.problems == tuple(problems)


def test_a_refusal_needs_no_hint_and_no_problems() -> None:
    refusal = Refused("No.")

    assert (refusal.hint, refusal.problems) == ("", ())


@pytest.mark.parametrize(
    ("kind", "api_code"),
    [
        (errors.Refused, 12),
        (errors.NotFound, 7),
        (errors.NameTaken, 8),
        (errors.InUse, 10),
        (errors.Forbidden, 16),
        (errors.EditConflict, 12),
    ],
)
def test_each_kind_has_the_code_of_the_xml_api(kind: type[Refused], api_code: int) -> None:
    assert kind("x").api_code == api_code
