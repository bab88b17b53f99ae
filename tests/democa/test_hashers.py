"""The hash of the admin page's password."""

import pytest

from democa import hashers


def test_only_the_right_password_matches_however_often_it_is_asked() -> None:
    stored = hashers.make("right")

    assert [hashers.matches(stored, "right") for _ in range(2)] == [True, True]
    assert [hashers.matches(stored, "wrong") for _ in range(2)] == [False, False]


def test_after_a_change_the_old_password_does_not_match_any_more() -> None:
    assert hashers.matches(hashers.make("old"), "old")

    assert not hashers.matches(hashers.make("new"), "old")


@pytest.mark.parametrize("stored", ["", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_a_missing_or_broken_hash_matches_nothing(stored: str) -> None:
    assert not hashers.matches(stored, "")


def test_the_hash_has_the_cost_agreed_on() -> None:
    assert hashers.make("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
