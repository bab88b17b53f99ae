"""Which process runs the jobs of a data folder: the one that holds its lock.

The kernel gives the lock back when the process ends, however it ends. The file keeps the name of
the last runner, so that the next one can take over its jobs at once instead of waiting for their
leases to run out.
"""

import fcntl
import os
from pathlib import Path

_NAME_MAX_BYTES = 256


class FolderLock:
    """The right to run a data folder's jobs.

    Attributes:
        previous_owner: the runner that held it before; empty at the first start.
    """

    def __init__(self, handle: int, previous_owner: str) -> None:
        self._handle = handle
        self.previous_owner = previous_owner

    @classmethod
    def acquire(cls, folder: Path) -> "FolderLock | None":
        """Take the lock; None says that another process has it."""
        handle = os.open(folder / "runner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        name = os.pread(handle, _NAME_MAX_BYTES, 0).decode("ascii", errors="replace")
        return cls(handle, name.strip())

    def sign(self, owner: str) -> None:
        """Write down who holds it now."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, owner.encode("ascii"), 0)
        os.fsync(self._handle)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._handle)
