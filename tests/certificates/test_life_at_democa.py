"""The CA of a profile looked after at a real server: the demo CA with its switches."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from certificates import enrollment_jobs
from certificates.models import Material, Source
from certificates.queries import authorities
from certificates.services import refreshing
from certificates.services.exchange import Exchange
from domain.actors import SYSTEM
from jobs.models import Job
from tests.certificates.workbench import Bench
from tests.configuration.fakes import FakeJob
from tests.democa_server import RunningCa, run_democa

pytestmark = pytest.mark.e2e


class LiveBench(Bench):
    """A device that reaches its server over the network."""

    @property
    def exchange(self) -> Exchange:
        """How it does."""
        return Exchange(clock=self._tell)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA."""
    with run_democa(tmp_path_factory.mktemp("life-ca")) as running:
        yield running


@pytest.fixture
def live(db: None, tmp_path: Path) -> LiveBench:
    """A device of today."""
    del db
    return LiveBench(datetime.now(UTC), tmp_path)


def _profile(live: LiveBench, ca: RunningCa) -> UUID:
    uuid = live.profile(name="demo", server_url=ca.scep_url, ca_ident="demo", key_bits=2048)
    live.commit()
    return uuid


def _next_day(live: LiveBench) -> FakeJob:
    """Let the worker do what it does every day."""
    live.pass_time(days=1)
    refreshing.sweep(live.now)
    row = Job.objects.filter(kind="refresh").latest("pk")
    job = FakeJob(id=row.pk, by=SYSTEM, arguments=row.arguments)
    Job.objects.filter(pk=row.pk).update(
        state="finished", result="ok", finished_at=live.now, dedupe_key=""
    )
    enrollment_jobs.refresh(job, exchange=live.exchange)
    return job


@pytest.mark.conformance("C61", "C62")
def test_the_next_ca_is_announced_and_takes_over_without_anybody(
    live: LiveBench, ca: RunningCa
) -> None:
    uuid = _profile(live, ca)
    first = Material.objects.get(source=Source.SCEP_CA, is_current=True)
    ca.press("/ca/make-next")

    job = _next_day(live)

    assert any("announces its next certificate" in line for line in job.lines)
    coming = authorities.known(uuid).coming
    assert coming is not None
    first.refresh_from_db()
    assert first.is_current

    ca.press("/ca/take-over")
    _next_day(live)

    now = Material.objects.get(source=Source.SCEP_CA, is_current=True)
    assert bytes(now.certificate_der) == coming.ca.der
    assert now.entry_id == first.entry_id
    assert authorities.known(uuid).coming is None
