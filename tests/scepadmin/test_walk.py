"""The walk without a browser: what it says when a step does not do what it should."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scepadmin import start_up, walk
from tests.demo_process import PASSWORD
from tests.democa_server import RunningCa, run_democa
from tests.loopback import free_port


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def demo_ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA in a process of its own."""
    with run_democa(tmp_path_factory.mktemp("demo-ca"), password=PASSWORD) as running:
        yield running


@pytest.mark.django_db(transaction=True)
def test_the_walk_says_each_step_and_ends_with_a_verified_certificate(
    demo_ca: RunningCa,
) -> None:
    start_up.prepare(password="", at=clock())
    said: list[str] = []
    server = walk.WalkServer(demo_ca.scep_url, demo_ca.challenge_url, demo_ca.user, PASSWORD)

    walk.walk(server, clock=clock, say=said.append)

    assert [line[0] for line in said] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_fails_the_walk_at_the_challenge(demo_ca: RunningCa) -> None:
    start_up.prepare(password="", at=clock())
    server = walk.WalkServer(demo_ca.scep_url, demo_ca.challenge_url, demo_ca.user, "WRONG")

    with pytest.raises(walk.WalkFailed, match="refused the user name or the password") as failure:
        walk.walk(server, clock=clock, say=lambda _: None)

    assert "WRONG" not in str(failure.value)


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_down_fails_the_first_step() -> None:
    start_up.prepare(password="", at=clock())
    nowhere = f"http://127.0.0.1:{free_port()}/"

    with pytest.raises(walk.WalkFailed, match="refused the connection"):
        walk.walk(walk.WalkServer(nowhere, nowhere, "scep", "x"), clock=clock, say=lambda _: None)
