"""Jobs whose work is known."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.jobs import work

KINDS = (
    "echo",
    "fail",
    "refuse",
    "crash",
    "leave",
    "warn",
    "nothing",
    "gated",
    "count",
    "takeover",
    "oversleep",
    "later",
    "numbered",
)


@pytest.fixture(autouse=True)
def known_work(settings: Settings) -> Iterator[None]:
    """Registers the handlers of ``tests.jobs.work``, none of them waiting."""
    settings.JOB_HANDLERS = {kind: f"tests.jobs.work.{kind}" for kind in KINDS}
    settings.JOB_CANCELLERS = {"echo": "tests.jobs.work.put_away"}
    settings.JOB_RETRIERS = {"fail": "tests.jobs.work.again"}
    work.forget()
    yield
    work.open_gate()
