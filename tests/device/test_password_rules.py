"""What a password has to be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.password_rules import asked as what_is_asked
from device.password_rules import broken, expires_soon, must_be_replaced
from device.spec import PasswordComplexity

OFF = PasswordComplexity(
    minimum_length=16, minimum_uppercase=15, minimum_special=15, block_username_inclusion=True
)


def rules(**values: Any) -> PasswordComplexity:  # noqa: ANN401 - numbers and switches
    return PasswordComplexity(enabled=True, **values)


@given(st.text(max_size=20))
def test_nothing_is_asked_for_unless_it_is_enabled(password: str) -> None:
    assert broken(password, rules=OFF, username="alice") == []


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_rules_at_their_defaults_take_every_password(password: str, username: str) -> None:
    assert broken(password, rules=rules(), username=username, old="old") == []


@pytest.mark.parametrize(
    ("asked", "password", "words"),
    [
        (rules(minimum_length=8), "short12", "at least 8 characters; it has 7."),
        (rules(minimum_uppercase=1), "abc", "at least 1 upper-case letter; it has 0."),
        (rules(minimum_lowercase=2), "ABc", "at least 2 lower-case letters; it has 1."),
        (rules(minimum_numeric=1), "abc", "at least 1 digit; it has 0."),
        (rules(minimum_special=2), "a-b", "at least 2 special characters; it has 1."),
        (rules(block_repeated_characters=2), "test111", "at most 2 times in a row."),
        (rules(block_repeated_characters=1), "book", "at most once in a row."),
        (rules(block_username_inclusion=True), "my-ALICE-1", "must not contain the user name"),
        (rules(block_username_inclusion=True), "ecila-42", "forwards or backwards."),
        (rules(new_password_differs_by=3), "Old-word78", "at least 3 characters"),
        (rules(new_password_differs_by=1), "dro-dlO", "at least 1 character that the old one"),
    ],
)
def test_a_broken_rule_is_told_in_words(
    asked: PasswordComplexity, password: str, words: str
) -> None:
    (told,) = broken(password, rules=asked, username="alice", old="Old-word")

    assert words in told


@pytest.mark.parametrize(
    ("asked", "password"),
    [
        (rules(minimum_length=8), "longer 8"),
        (rules(minimum_uppercase=1, minimum_lowercase=1, minimum_numeric=1), "Ab1"),
        (rules(minimum_uppercase=1, minimum_lowercase=1), "Äö"),
        (rules(minimum_special=2), "a-b c"),
        (rules(block_repeated_characters=2), "11test11"),
        (rules(block_username_inclusion=True), "alic-e"),
        (rules(new_password_differs_by=3), "Old-word-123"),
    ],
)
def test_a_good_password_breaks_nothing(asked: PasswordComplexity, password: str) -> None:
    assert broken(password, rules=asked, username="alice", old="Old-word") == []


def test_all_broken_rules_are_told_at_once() -> None:
    asked = rules(
        minimum_length=8,
        minimum_uppercase=1,
        minimum_lowercase=1,
        minimum_numeric=1,
        minimum_special=1,
        block_username_inclusion=True,
    )

    assert len(broken("", rules=asked, username="")) == 5
    assert len(broken("alice", rules=asked, username="alice")) == 5


def test_how_much_differs_is_not_asked_where_the_old_password_is_not_known() -> None:
    assert broken("a", rules=rules(new_password_differs_by=15), username="alice") == []


@given(st.text(min_size=1, max_size=12))
def test_no_message_shows_the_password(password: str) -> None:
    asked = rules(minimum_length=16, minimum_special=15, block_repeated_characters=1)

    told = " ".join(broken(f"§{password}§", rules=asked, username="alice", old="x"))

    assert f"§{password}§" not in told


DAY = timedelta(days=1)
SET = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MONTH = rules(expiration_period_days=30, expiration_warning_days=7)


@pytest.mark.parametrize(
    ("asked", "day", "is_own", "must"),
    [
        (MONTH, 29, True, False),
        (MONTH, 30, True, True),
        (rules(), 4000, False, False),
        (replace(MONTH, enabled=False), 30, False, False),
        (rules(change_on_first_login=True), 0, False, True),
        (rules(change_on_first_login=True), 0, True, False),
    ],
)
def test_a_password_must_be_replaced_when_it_expired_or_is_somebody_elses(
    asked: PasswordComplexity,
    day: int,
    is_own: bool,  # noqa: FBT001 - a parameter of the table
    must: bool,  # noqa: FBT001 - likewise
) -> None:
    due = must_be_replaced(asked, changed_at=SET, is_own=is_own, at=SET + day * DAY)

    assert due is must


@pytest.mark.parametrize(
    ("asked", "day", "told"),
    [
        (MONTH, 22, None),
        (MONTH, 23, SET + 30 * DAY),
        (rules(expiration_period_days=30), 29, None),
        (rules(expiration_warning_days=7), 29, None),
    ],
)
def test_it_is_told_that_a_password_expires_soon(
    asked: PasswordComplexity, day: int, told: datetime | None
) -> None:
    assert expires_soon(asked, changed_at=SET, at=SET + day * DAY) == told


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (OFF, ""),
        (rules(), ""),
        (
            rules(minimum_length=12, minimum_uppercase=1, minimum_numeric=2),
            "At least 12 characters, 1 upper-case letter, 2 digits.",
        ),
        (
            rules(block_repeated_characters=3, block_username_inclusion=True),
            "The same character may stand at most 3 times in a row. Without the user name.",
        ),
    ],
)
def test_what_is_asked_is_told_before_anything_is_typed(
    asked: PasswordComplexity, words: str
) -> None:
    assert what_is_asked(asked) == words
