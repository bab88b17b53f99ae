"""The lock of a data folder."""

from pathlib import Path

from jobs.folder import FolderLock


def test_one_holds_the_lock(tmp_path: Path) -> None:
    first = FolderLock.acquire(tmp_path)

    assert first is not None
    assert FolderLock.acquire(tmp_path) is None
    first.release()
    assert FolderLock.acquire(tmp_path) is not None


def test_the_next_holder_learns_who_held_it_last(tmp_path: Path) -> None:
    first = FolderLock.acquire(tmp_path)
    assert first is not None
    assert first.previous_owner == ""
    first.sign("a runner with a long name")
    first.sign("runner-1")
    first.release()

    second = FolderLock.acquire(tmp_path)

    assert second is not None
    assert second.previous_owner == "runner-1"


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    FolderLock.acquire(tmp_path)

    assert (tmp_path / "runner.lock").stat().st_mode & 0o777 == 0o600
