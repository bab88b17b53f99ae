"""Processes that run jobs are killed, and others go on."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


class Device:
    """A data folder, and the processes that use it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "SCEPADMIN_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.jobs.process_settings",
        }
        self.processes: list[subprocess.Popen[str]] = []

    def do(self, *arguments: str) -> str:
        """Run a command of ``tests.jobs.process`` to its end."""
        command = [sys.executable, "-m", "tests.jobs.process", *arguments]
        done = subprocess.run(  # noqa: S603  our own script
            command, env=self._environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout

    def start(self) -> tuple[subprocess.Popen[str], str]:
        """Start a process that runs jobs; return it with what it says it does."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.process", "run"],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

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
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """An empty device."""
    made = Device(tmp_path)
    made.do("migrate")
    yield made
    made.end()


def test_a_job_whose_process_is_killed_goes_on_at_the_next_start(device: Device) -> None:
    device.do("enqueue", "hold")
    first, said = device.start()
    assert said == "runs jobs"
    wait_until(lambda: device.rows("select 1 from jobs_jobline"), 20)

    first.kill()  # SIGKILL
    first.wait()
    assert device.rows("select state, attempts from jobs_job") == [("running", 1)]
    device.start()

    # Well within the lease of 30 s: the next start knows that the first process is dead.
    wait_until(lambda: device.rows("select 1 from jobs_job where state = 'finished'"), 15)
    assert device.rows("select result, attempts from jobs_job") == [("ok", 2)]
    lines = [text for (text,) in device.rows("select text from jobs_jobline order by sequence")]
    assert lines[0] == "attempt 1 holds on"
    assert "interrupted" in lines[1]
    assert lines[2:] == ["attempt 2 holds on"]


def test_a_process_that_stands_by_takes_over_from_a_killed_one(device: Device) -> None:
    first, _ = device.start()
    _, said = device.start()
    assert said == "stands by"
    device.do("enqueue", "hold")
    wait_until(lambda: device.rows("select 1 from jobs_jobline"), 20)

    first.kill()  # SIGKILL
    first.wait()
    device.do("enqueue", "quick")

    finished = "select count(*) from jobs_job where state = 'finished' and result = 'ok'"
    wait_until(lambda: device.rows(finished) == [(2,)], 20)
    assert device.rows("select attempts from jobs_job order by id") == [(2,), (1,)]


def test_a_process_that_is_told_to_stop_ends(device: Device) -> None:
    process, _ = device.start()
    device.do("enqueue", "quick")
    wait_until(lambda: device.rows("select 1 from jobs_job where state = 'finished'"), 20)

    assert process.stdin is not None
    process.stdin.close()

    assert process.wait(timeout=20) == 0
