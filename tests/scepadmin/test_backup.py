"""Backup and restore of a data folder, by the commands, as their own processes."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jobs.folder import FolderLock

ROOT = Path(__file__).resolve().parents[2]


class Folder:
    """A data folder, and the commands run on it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SCEPADMIN_DATA": str(self.path), "SCEPADMIN_PASSWORD": "x"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path / "scepadmin.db")) as database, database:
            return database.execute(statement).fetchall()

    @property
    def admins(self) -> list[object]:
        return [name for (name,) in self.query("SELECT username FROM device_admin ORDER BY 1")]


PREPARE = """
import django; django.setup()
from django.utils import timezone
from scepadmin import start_up
start_up.prepare(password="x", at=timezone.now())
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A data folder after its first start."""
    folder = Folder(tmp_path_factory.mktemp("backup") / "data")
    environment = {**os.environ, "SCEPADMIN_DATA": str(folder.path)}
    environment["DJANGO_SETTINGS_MODULE"] = "scepadmin.settings"
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True
    )
    return folder


@pytest.fixture(scope="module")
def backup(started: Folder) -> Path:
    """A backup of it."""
    file = started.path.parent / "backup.tar.gz"
    done = started.run("backup", file)
    assert done.returncode == 0, done.stderr
    assert "It needs the master key" in done.stdout
    return file


@pytest.fixture
def copied(started: Folder, tmp_path: Path) -> Folder:
    """A folder of the same device that has only its master key."""
    folder = Folder(tmp_path / "data")
    folder.path.mkdir()
    (folder.path / "master.key").write_bytes((started.path / "master.key").read_bytes())
    return folder


def test_a_backup_is_for_its_owner_only_and_has_no_master_key(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with tarfile.open(backup) as archive:
        names = archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json") or pytest.fail("no manifest"))
    assert set(names) == {"manifest.json", "scepadmin.db", "audit.head", "django-secret"}
    assert "audit.0001_initial" in manifest["migrations"]


def test_an_existing_file_is_not_overwritten(started: Folder, backup: Path) -> None:
    before = backup.read_bytes()

    done = started.run("backup", backup)

    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert backup.read_bytes() == before


def test_a_place_that_cannot_be_written_is_said(started: Folder) -> None:
    assert "cannot be written" in started.run("backup", "/proc/backup.tar.gz").stderr


def test_a_restored_folder_has_everything_and_its_log_is_whole(
    started: Folder, copied: Folder, backup: Path
) -> None:
    done = copied.run("restore", backup)

    assert done.returncode == 0, done.stderr
    assert copied.admins == ["admin"]
    assert copied.query("SELECT serial FROM device_devicefacts") == started.query(
        "SELECT serial FROM device_devicefacts"
    )
    verified = copied.run("audit", "verify")
    assert verified.stdout.startswith("The log is whole"), verified.stderr
    assert copied.run("set_password", "admin").returncode == 0


def test_what_was_there_before_is_kept(copied: Folder, backup: Path) -> None:
    copied.run("restore", backup)
    copied.query("UPDATE device_admin SET username = 'later'")

    copied.run("restore", backup)

    assert copied.admins == ["admin"]
    kept = max(copied.path.glob("before-restore-*"))
    with closing(sqlite3.connect(kept / "scepadmin.db")) as database:
        assert database.execute("SELECT username FROM device_admin").fetchall() == [("later",)]
    assert not list(copied.path.glob(".restore-*"))
    assert not list(copied.path.glob("*-wal"))


def refused(folder: Folder, backup: Path) -> str:
    """Restore, which must be refused and change nothing; return what was said."""
    before = sorted(path.name for path in folder.path.iterdir())
    done = folder.run("restore", backup)
    assert done.returncode == 1
    made = {"django-secret", "runner.lock"}
    assert {path.name for path in folder.path.iterdir()} - made == set(before) - made
    return done.stderr


def test_a_backup_of_another_master_key_is_refused(copied: Folder, backup: Path) -> None:
    (copied.path / "master.key").write_text("ab" * 32)

    assert "The backup needs the master key" in refused(copied, backup)


def test_a_backup_without_its_master_key_is_refused(copied: Folder, backup: Path) -> None:
    (copied.path / "master.key").unlink()

    assert "master.key is missing" in refused(copied, backup)


def changed(backup: Path, file: Path, change: Callable[[dict[str, object]], object]) -> Path:
    """Write a backup with another manifest."""
    with tarfile.open(backup) as old:
        old.extractall(file.parent / "parts", filter="data")
    manifest = json.loads((file.parent / "parts/manifest.json").read_text())
    change(manifest)
    (file.parent / "parts/manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(file, "w:gz") as new:
        for part in (file.parent / "parts").iterdir():
            new.add(part, part.name)
    return file


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            lambda manifest: manifest.update(format=2, sw_version="99.0.0"),
            "made by a newer version of this product (99.0.0)",
            id="newer layout",
        ),
        pytest.param(
            lambda manifest: manifest["migrations"].append("audit.9999_later"),
            "made by a newer version",
            id="newer database",
        ),
        pytest.param(
            lambda manifest: manifest["sha256"].update({"scepadmin.db": "0" * 64}),
            "scepadmin.db in",
            id="damaged database",
        ),
        pytest.param(
            lambda manifest: manifest["sha256"].update({"../x": "0" * 64}),
            "is not a whole backup",
            id="a file from elsewhere",
        ),
        pytest.param(
            lambda manifest: manifest["sha256"].pop("scepadmin.db"),
            "is not a whole backup",
            id="no database",
        ),
        pytest.param(
            lambda manifest: manifest.update(surprise=1), "is not a whole backup", id="other words"
        ),
    ],
)
def test_a_backup_that_cannot_be_restored_is_refused(
    change: Callable[[dict[str, object]], object],
    words: str,
    copied: Folder,
    backup: Path,
    tmp_path: Path,
) -> None:
    assert words in refused(copied, changed(backup, tmp_path / "changed.tar.gz", change))


def test_a_truncated_backup_is_refused(copied: Folder, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tar.gz").write_bytes(backup.read_bytes()[:2000])

    assert "is not a whole backup" in refused(copied, tmp_path / "cut.tar.gz")


def test_something_else_is_no_backup(copied: Folder, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")

    assert "is not a whole backup" in refused(copied, tmp_path / "x")


def test_nothing_is_restored_under_a_running_product(copied: Folder, backup: Path) -> None:
    lock = FolderLock.acquire(copied.path)
    assert lock is not None
    try:
        assert "The product is running with this data folder" in refused(copied, backup)
    finally:
        lock.release()
