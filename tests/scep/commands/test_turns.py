"""Threads that compute one at a time, and wait together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from scep.commands.journal import Journal
from scep.commands.pace import Pace
from scep.commands.supply import KeySupply
from scep.commands.turns import Turns
from tests.scep.commands.test_pace import Server, Time

TIMEOUT_S = 10.0


def test_a_turn_is_for_one_until_it_waits() -> None:
    turns, both = Turns(), Barrier(2)
    computing: list[str] = []

    def work(name: str) -> None:
        with turns:
            computing.append(name)
            assert computing == [name]
            computing.remove(name)
            with turns.waiting():
                # Each can get here only while the other one waits here, too.
                both.wait(TIMEOUT_S)
            computing.append(name)
            assert computing == [name]
            computing.remove(name)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, name) for name in "ab"]:
            done.result(TIMEOUT_S)


def test_a_wait_that_fails_keeps_the_turn() -> None:
    turns = Turns()

    with turns:
        with pytest.raises(OSError, match="cut off"), turns.waiting():
            raise OSError("cut off")
        with turns.waiting(), turns:
            pass


def test_others_have_their_turn_while_one_waits_for_a_key_or_for_patience() -> None:
    turns, met, time = Turns(), Barrier(2), Time()

    def pause(seconds: float) -> None:
        time.pause(seconds)
        meet(met)

    pace = Pace(waiting=turns.waiting, pause=pause, clock=lambda: time.now)

    def other() -> None:
        with turns:
            meet(met)

    with (
        ThreadPoolExecutor(1) as pool,
        KeySupply(bits=1024, count=1, makers=1, waiting=turns.waiting) as supply,
        turns,
    ):
        key, _ = supply.take()
        done = pool.submit(other)
        assert pace.keep(Server((429, 1)), Journal(quiet=True)) == "answer"
        with turns.waiting():
            done.result(TIMEOUT_S)
    assert key.key_size == 1024


def meet(barrier: Barrier) -> None:
    """Wait for the other one, once."""
    try:
        barrier.wait(TIMEOUT_S)
    except BrokenBarrierError:
        pytest.fail("the other one had no turn")
