"""Files that only their owner may read: keys, and the secret that signs cookies."""

import os
from collections.abc import Callable
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, with mode 0600 from its first byte on."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the file's content, made at the first call ever."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        write(path, make())
        return path.read_bytes()
