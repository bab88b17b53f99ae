"""A load killed for real, by SIGKILL, in the middle of its transaction: nothing of it is left."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROCESS = [sys.executable, "-m", "tests.scepadmin.load_process"]
TABLES = (
    "configuration_candidateobject",
    "configuration_candidateload",
    "configuration_changerecord",
    "profiles_scepprofile",
    "audit_auditevent",
)


class Device:
    """A data folder, and the processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = {"SCEPADMIN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "scepadmin.settings"}
        self._environment = os.environ | settings

    def do(self, *arguments: str) -> str:
        """Run to the end."""
        done = subprocess.run(  # noqa: S603 - our own program
            [*PROCESS, *arguments],
            env=self._environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def killed_before(self, statement: int) -> None:
        """Load, and die by SIGKILL before a statement."""
        with subprocess.Popen(  # noqa: S603 - our own program
            [*PROCESS, "load", str(statement)],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "HELD\n"
            process.kill()
            process.wait()

    def rows(self) -> dict[str, list[Any]]:
        """Everything that a load writes."""
        path = self.folder / "scepadmin.db"
        with closing(sqlite3.connect(path, timeout=10)) as database:
            return {
                table: sorted(map(repr, database.execute(f"SELECT * FROM {table}")))  # noqa: S608 - ours
                for table in TABLES
            }


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """A device with two revisions."""
    made = Device(tmp_path / "data")
    made.do("fill")
    return made


def test_a_load_that_is_killed_leaves_all_as_it_was_and_can_be_repeated(device: Device) -> None:
    before = device.rows()
    statements = 60

    for killed_before in (statements // 4, statements // 2, statements):
        device.killed_before(killed_before)
        assert device.rows() == before

    printed = device.do("load", "0")
    assert "The candidate was made equal to revision 1: 1 added, 1 changed, 2 removed" in printed
    found = re.search(r"DONE after (\d+)", printed)
    assert found is not None
    assert int(found[1]) > statements, "every kill was in the middle"
    after = device.rows()
    names = [row for row in after["configuration_candidateobject"] if "'kept'" in row]
    assert len(names) == 1
    assert len(after["configuration_candidateobject"]) == 2
    assert len(after["configuration_candidateload"]) == 1
