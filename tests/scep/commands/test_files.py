"""Files read and written by the commands."""

import io
import os
from pathlib import Path

import pytest

from scep.commands import files
from scep.commands.console import Failed


def test_stdin_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hello")))

    assert files.read("-") == b"hello"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)

    with pytest.raises(Failed, match="larger than 8 MiB"):
        files.read(str(big))


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = files.Folder(str(tmp_path))
    (tmp_path / "cert.pem").mkdir()

    with pytest.raises(Failed, match=r"cert\.pem cannot be written"):
        folder.write("cert.pem", "x")

    assert os.listdir(tmp_path) == ["cert.pem"]  # noqa: PTH208 - hidden files too


def test_a_folder_that_went_away_is_told(tmp_path: Path) -> None:
    folder = files.Folder(str(tmp_path / "gone"))
    folder.path.rmdir()

    with pytest.raises(Failed, match="No such file"):
        folder.write("cert.pem", "x")
