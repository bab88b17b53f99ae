"""Exchanges side by side."""

from datetime import datetime
from uuid import uuid4

from audit.queries import StepView, TranscriptView
from audit.queries.comparison import compare


def exchange(now: datetime, *steps: tuple[str, str]) -> TranscriptView:
    views = [StepView(name, name, outcome, "", "", (), 0.0, now) for name, outcome in steps]
    return TranscriptView(uuid4(), "test", "ndes", None, "", 1, now, now, "", views)


def test_steps_stand_beside_each_other_and_what_was_not_reached_is_left_empty(
    now: datetime,
) -> None:
    one = exchange(now, ("TCP", "passed"), ("GetCACaps", "passed"), ("CSR", "passed"))
    other = exchange(now, ("DNS", "passed"), ("TCP", "failed"))

    rows = compare([one, other])

    assert [row.name for row in rows] == ["DNS", "TCP", "GetCACaps", "CSR"]
    assert [row.differs for row in rows] == [True, True, True, True]
    assert rows[0].sides[0] is None
    assert rows[1].sides == (one.steps[0], other.steps[1])


def test_a_step_that_happens_twice_is_matched_by_its_number(now: datetime) -> None:
    one = exchange(now, ("TCP", "passed"), ("CSR", "passed"), ("TCP", "warned"))
    other = exchange(now, ("TCP", "passed"), ("TCP", "warned"))

    rows = compare([one, other])

    assert [(row.name, row.differs) for row in rows] == [
        ("TCP", False),
        ("CSR", True),
        ("TCP", False),
    ]


def test_an_exchange_that_has_not_begun_has_no_steps(now: datetime) -> None:
    (row,) = compare([None, exchange(now, ("TCP", "passed"))])

    assert row.sides[0] is None
