"""The ``openssl`` program: the other side of every round trip."""

import shutil
import subprocess
from pathlib import Path

import pytest

PATH = shutil.which("openssl")
Failed = subprocess.CalledProcessError
needs_openssl = pytest.mark.skipif(PATH is None, reason="openssl is not installed")


def run(*arguments: str | Path, stdin: bytes = b"", stderr: bool = False) -> bytes:
    """Run a command of openssl.

    Args:
        arguments: the command and its options.
        stdin: what it reads.
        stderr: whether what it writes there is wanted, rather than stdout.

    Raises:
        Failed: it ended with an error; its stderr says why.
    """
    assert PATH is not None
    command = [PATH, *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - a fixed program with our own files
        command, input=stdin, capture_output=True, check=True, timeout=60
    )
    return done.stderr if stderr else done.stdout
