"""Files that only their owner may read."""

import stat
from pathlib import Path

from webui import private_file


def test_a_file_is_private_from_the_start_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "key"

    private_file.write(path, b"first")
    private_file.write(path, b"second")

    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_value_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    assert private_file.read_or_make(path, lambda: b"made") == b"made"
    assert private_file.read_or_make(path, lambda: b"again") == b"made"
