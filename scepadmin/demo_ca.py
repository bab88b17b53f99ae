"""The demo CA as a child process of `manage.py demo`, reached over HTTP only."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

USER: Final = "scep"
"""Account of the demo CA's page of one-time passwords."""

PASSWORDS_OPEN_AT_ONCE: Final = 1000
"""NDES has room for 5, which a class of students fills in a minute."""

_STOP_S: Final = 10.0
_PR_SET_PDEATHSIG: Final = 1


def scep_url(host: str, port: int) -> str:
    """Return the SCEP server's URL, as an admin types it into a profile."""
    return f"http://{host}:{port}/certsrv/mscep/"


def challenge_url(host: str, port: int) -> str:
    """Return the URL of the page that shows one-time passwords."""
    return f"http://{host}:{port}/CertSrv/mscep_admin/"


def start(*, host: str, port: int, password: str) -> subprocess.Popen[str]:
    """Start the demo CA; on Linux it ends with this process, however that ends.

    Args:
        host: loopback address to listen on.
        port: TCP port.
        password: of the account ``scep`` from now on; empty keeps the one there is. It travels
            through a pipe: command lines and environments can be read by others.
    """
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "democa"]
    command += ["--host", host, "--port", str(port)]
    command += ["--data", str(settings.DATA_DIR / "democa")]
    command += ["--password-max", str(PASSWORDS_OPEN_AT_ONCE), "--password", "-"]
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,  # what it would say, `manage.py demo` says
        text=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread runs that could hold a lock
    )
    if process.stdin is not None:
        process.stdin.write(f"{password}\n")
        process.stdin.close()
    return process


@contextmanager
def running(*, host: str, port: int, password: str) -> Iterator[None]:
    """Run the demo CA until the block ends; arguments as :func:`start`."""
    process = start(host=host, port=port, password=password)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _end_with_parent() -> None:
    """Ask Linux to end the child when its parent is gone; elsewhere it may outlive it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
