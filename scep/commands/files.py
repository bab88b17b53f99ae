"""Files read and written by the commands; what is private is readable by its owner only."""

import os
import secrets
import sys
from pathlib import Path
from typing import Final

from scep.commands.console import Failed

MAX_FILE_BYTES: Final = 8 * 1024 * 1024


def read(name: str) -> bytes:
    """Read a file; ``-`` is stdin.

    Raises:
        Failed: it cannot be read, or is larger than 8 MiB.
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Failed("usage", f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise Failed("usage", f"{name} is larger than {MAX_FILE_BYTES // 1024**2} MiB.")
    return content


class Folder:
    """The folder given with ``--out``, made when it does not exist."""

    def __init__(self, name: str | Path, *, sync: bool = True) -> None:
        """Make it.

        Args:
            name: of the folder.
            sync: whether each file is on the disk when :meth:`write` returns. False leaves that
                to the system: killing this process loses nothing, a power cut may.
        """
        self.path = Path(name)
        self._sync = sync
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failed("usage", f"{name} cannot be made: {error.strerror}.") from error

    def must_not_hold(self, *names: str, hint: str = "Give another --out folder.") -> None:
        """Make sure that nothing valuable is overwritten.

        Raises:
            Failed: one of the files is there.
        """
        for name in names:
            if (self.path / name).exists():
                raise Failed("usage", f"{self.path / name} is there already.", hint)

    def remove(self, name: str) -> None:
        """Remove a file that this command wrote."""
        (self.path / name).unlink(missing_ok=True)

    def write(self, name: str, content: bytes | str, *, public: bool = False) -> None:
        """Write a file, all of it or nothing.

        Args:
            name: the file's name in the folder.
            content: what to write.
            public: certificates anybody may read; anything else is for its owner only.

        Raises:
            Failed: it cannot be written.
        """
        data = content.encode() if isinstance(content, str) else content
        try:
            self._replace(name, data, 0o644 if public else 0o600)
        except OSError as error:
            fact = f"{self.path / name} cannot be written: {error.strerror}."
            raise Failed("usage", fact) from error

    def _replace(self, name: str, data: bytes, mode: int) -> None:
        # Cheaper than tempfile and pathlib, and as safe: a file of that name is never written into.
        temporary = f"{self.path}/.{name}.{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                if self._sync:
                    file.flush()
                    os.fsync(descriptor)
            os.replace(temporary, f"{self.path}/{name}")  # noqa: PTH105 - likewise
        except OSError:
            os.unlink(temporary)  # noqa: PTH108 - likewise
            raise
