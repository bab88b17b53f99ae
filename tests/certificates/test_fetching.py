"""Asking many servers at the same time."""

import threading
from typing import Any

import pytest

from certificates.services import authority, fetching
from certificates.services.exchange import Exchange
from jobs.handlers import LeaseLost
from profiles import queries as profiles
from scep.client import Session
from scep.transport import Server
from tests.certificates.workbench import Bench

PROFILES = 12


def _inquiries(bench: Bench) -> list[authority.Inquiry]:
    uuid = bench.running_profile(server_url="http://quick.example/")
    quick = profiles.running_profile(uuid)
    assert quick is not None
    slow = bench.running_profile(name="slow", server_url="http://slow.example/")
    other = profiles.running_profile(slow)
    assert other is not None
    return [authority.inquiry(found, lambda _: None) for found in (quick, *[other] * PROFILES)]


def test_whoever_has_lost_the_job_asks_nobody_more_and_waits_for_nobody(bench: Bench) -> None:
    inquiries = _inquiries(bench)
    asked: list[str] = []
    gate = threading.Event()

    def drive(session: Session[Any], server: Server, *, record: Any) -> Any:  # noqa: ANN401
        asked.append(server.url)
        if "slow" in server.url:
            assert gate.wait(20)
        return bench.ca.drive(session, server, record=record)

    def lost(*_: object) -> None:
        raise LeaseLost

    try:
        with pytest.raises(LeaseLost):
            fetching.fetch_all(
                inquiries, Exchange(clock=lambda: bench.now, drive=drive), job_id=1, done=lost
            )
        assert len(asked) <= fetching.PARALLEL + 1
    finally:
        gate.set()
