"""How long the log is and how it ends, in a file beside the database.

The database alone cannot tell that its newest entries were cut off. The file is written after each
transaction that added entries, so after a crash it may lag behind the log, never be ahead of it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log.

    Attributes:
        count: number of entries; also the last one's sequence number.
        mac: MAC of the last entry, hexadecimal; empty while there is none.
    """

    count: int = 0
    mac: str = ""


class HeadUnreadable(Exception):
    """The file is not what was written there."""


def path() -> Path:
    """Return where the file is."""
    return Path(settings.DATA_DIR) / "audit.head"


def read() -> Head:
    """Return the end of the log as it was written last; an empty one before the first.

    Raises:
        HeadUnreadable: something else stands in the file.
    """
    try:
        found = json.loads(path().read_text(encoding="ascii"))
        return Head(int(found["count"]), str(found["mac"]))
    except FileNotFoundError:
        return Head()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HeadUnreadable(f"{path()} cannot be read.") from error


def write(head: Head) -> None:
    """Replace the file, unless another process has written a later end meanwhile."""
    with _locked():
        try:
            if read().count >= head.count:
                return
        except HeadUnreadable:
            return  # Evidence for whoever verifies the log; it is not covered up.
        draft = path().with_name(f"{path().name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump({"count": head.count, "mac": head.mac}, stream)
        draft.replace(path())


@contextmanager
def _locked() -> Iterator[None]:
    lock = path().with_name(f"{path().name}.lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
