"""Two processes look what is due at the same moment: one of them renews."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.democa_server import run_democa
from tests.gateway import Gateway, run_gateway
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.e2e


class Device:
    """A data folder with one certificate, and processes that renew it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "SCEPADMIN_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "scepadmin.settings",
            "LATER_DAYS": "330",
        }
        self.processes: list[subprocess.Popen[str]] = []

    def prepare(self, gateway: Gateway) -> None:
        """Enroll the certificate."""
        subprocess.run(  # noqa: S603 - our own script
            [*self._command, "prepare", gateway.url, gateway.target],
            env=self._environment,
            cwd=ROOT,
            check=True,
        )

    def start(self) -> "subprocess.Popen[str]":
        """Start a process that is ready to look what is due."""
        process = subprocess.Popen(  # noqa: S603 - our own script
            [*self._command, "renew"],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def rows(self, query: str) -> list[Any]:
        """Ask the database."""
        connection = sqlite3.connect(self._folder / "scepadmin.db", timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            process.kill()
            process.communicate()

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-m", "tests.certificates.renewing_process"]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A demo CA behind a gateway that can hold its exchanges."""
    with (
        run_democa(tmp_path_factory.mktemp("two-workers-ca")) as ca,
        run_gateway(ca.url) as running,
    ):
        yield running


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """A device without anything."""
    made = Device(tmp_path)
    yield made
    made.end()


MATERIALS = "select is_current from certificates_material where source = 'enrollment'"


def test_two_workers_at_once_bring_one_new_certificate_and_keep_the_old_one_until_it_is_there(
    device: Device, gateway: Gateway
) -> None:
    device.prepare(gateway)
    both = [device.start(), device.start()]
    gateway.hold_at("PKIOperation", "after")

    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    # The CA has issued the new one, and the device does not know it yet.
    wait_until(gateway.reached.is_set, 30)
    assert device.rows(MATERIALS) == [(1,)]
    gateway.release()
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said

    renewals = "select state from certificates_enrollment where renews_id is not null"
    assert device.rows(renewals) == [("issued",)]
    assert sorted(device.rows(MATERIALS)) == [(0,), (1,)]
    assert device.rows("select count(*) from jobs_job where kind = 'renew'") == [(1,)]
    assert any("was renewed" in one for one in said)
