"""Servers that ask for patience."""

import pytest

from scep.commands.journal import Journal
from scep.commands.pace import MAX_ATTEMPTS, Pace
from scep.errors import HttpRefused
from scep.transcript import Outcome, StepName


class Time:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def pace(self, *, patient: bool = True) -> Pace:
        return Pace(patient=patient, pause=self.pause, clock=lambda: self.now)


class Server:
    """Refuses with these statuses and waits, then answers."""

    def __init__(self, *refusals: tuple[int, float | None]) -> None:
        self.refusals = list(refusals)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if not self.refusals:
            return "answer"
        status, retry_after_s = self.refusals.pop(0)
        raise HttpRefused(
            "No.", stage=StepName.PKIOPERATION, status=status, retry_after_s=retry_after_s
        )


def test_a_server_is_given_the_time_that_it_asks_for() -> None:
    time, server, journal = Time(), Server((503, 7), (429, 2)), Journal(quiet=True)

    assert time.pace().keep(server, journal) == "answer"

    assert time.pauses == [7, 2]
    assert [(step.outcome, step.fact) for step in journal.steps] == [
        (Outcome.WARNED, "The server takes nothing more for now; it is asked again in 7 s."),
        (Outcome.WARNED, "The server takes nothing more for now; it is asked again in 2 s."),
    ]


def test_too_many_requests_without_a_time_are_made_again_at_longer_and_longer_intervals() -> None:
    time, server = Time(), Server(*[(429, None)] * (MAX_ATTEMPTS - 1))

    assert time.pace().keep(server, Journal(quiet=True)) == "answer"

    assert time.pauses == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("refusal", [(503, None), (503, 601), (500, 3), (404, None)], ids=str)
def test_other_refusals_are_taken(refusal: tuple[int, float | None]) -> None:
    time, server = Time(), Server(refusal)

    with pytest.raises(HttpRefused):
        time.pace().keep(server, Journal(quiet=True))

    assert (time.pauses, server.asked) == ([], 1)


def test_patience_ends() -> None:
    time, server = Time(), Server(*[(429, 1)] * 100)

    with pytest.raises(HttpRefused):
        time.pace().keep(server, Journal(quiet=True))

    assert server.asked == MAX_ATTEMPTS


def test_who_is_not_patient_takes_the_first_refusal() -> None:
    time, server = Time(), Server((429, 1))

    with pytest.raises(HttpRefused):
        time.pace(patient=False).keep(server, Journal(quiet=True))

    assert server.asked == 1


def test_what_one_is_told_holds_for_all() -> None:
    time = Time()
    pace = time.pace()
    with pytest.raises(HttpRefused):
        pace.keep(Server((429, 30), (500, None)), Journal(quiet=True))
    time.now -= 10

    pace.keep(Server(), Journal(quiet=True))

    assert time.pauses == [30, 10]


def test_after_a_stop_nobody_waits() -> None:
    time = Time()
    pace = time.pace()
    pace.stop()

    with pytest.raises(HttpRefused):
        pace.keep(Server((429, 30)), Journal(quiet=True))

    assert pace.stopped
    assert time.pauses == []


def test_waiting_is_real_unless_told_otherwise() -> None:
    assert Pace().keep(Server((429, 0.001)), Journal(quiet=True)) == "answer"
