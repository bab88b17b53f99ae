"""Looking at the challenge page without taking a password from it."""

import pytest

from scep.client import ProbeChallenge
from scep.errors import ChallengeRefused, HttpRefused
from scep.transcript import Outcome, Step
from scep.wire import HttpReply


def probe(reply: HttpReply) -> tuple[int, Step]:
    steps: list[Step] = []
    session = ProbeChallenge(record=steps.append)
    request = session.next_request()
    assert request is not None
    assert (request.method, request.query, request.body) == ("HEAD", (), b"")
    session.receive(reply)
    assert session.next_request() is None
    (step,) = steps
    return session.result, step


def test_a_user_whom_the_page_takes_is_told_and_no_password_fetched() -> None:
    status, step = probe(HttpReply(200, "text/html", b"", signed_in_by="NTLM"))

    assert (status, step.outcome) == (200, Outcome.PASSED)
    assert step.fact == (
        "The challenge page took the user, signed in by NTLM. Asked by HEAD: no password was "
        "fetched."
    )


def test_a_page_that_is_open_to_all_answers() -> None:
    assert probe(HttpReply(200, "", b""))[1].fact.startswith("The challenge page answers.")


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_without_head_leaves_the_user_open(status: int) -> None:
    step = probe(HttpReply(status, "", b""))[1]

    assert step.outcome is Outcome.WARNED
    assert "whether the user and the password are right is open" in step.fact


@pytest.mark.parametrize("status", [401, 403])
def test_a_user_whom_the_page_refuses_is_an_error(status: int) -> None:
    with pytest.raises(ChallengeRefused, match=f"HTTP {status}"):
        probe(HttpReply(status, "", b""))


def test_a_page_that_is_not_there_is_an_error() -> None:
    with pytest.raises(HttpRefused) as refused:
        probe(HttpReply(404, "", b""))

    assert "mscep_admin" in refused.value.hint
