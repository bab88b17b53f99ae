"""Keys made ahead of time."""

import pytest

from pki.errors import KeyUnusable
from scep.commands.supply import KeySupply, make


def test_so_many_keys_can_be_taken_each_once_and_each_says_what_it_took() -> None:
    with KeySupply(bits=1024, count=5, makers=1) as supply:
        taken = [supply.take() for _ in range(5)]

    assert len({key.private_numbers().p for key, _ in taken}) == 5
    assert all(seconds > 0 for _, seconds in taken)


def test_what_nobody_takes_does_not_hold_up_the_end() -> None:
    with KeySupply(bits=1024, count=1000, makers=1) as supply:
        supply.take()


def test_no_keys_are_made_where_none_are_wanted() -> None:
    with KeySupply(bits=8192, count=0, makers=2):
        pass


def test_a_size_that_nobody_makes_is_told() -> None:
    with pytest.raises(KeyUnusable):
        make(512)
