"""Independent SCEP servers as processes: started for a test, ended by their own id."""

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.loopback import free_port
from tests.waiting import wait_until

_START_S = 20
_ATTEMPTS = 3


@dataclass(frozen=True)
class ScepServerProcess:
    """A running scepserver.

    Attributes:
        url: its SCEP URL.
        challenge: the challenge password it wants.
        ca_pem: the file of its CA certificate.
        log: the file that it writes its log to.
        pid: the id of its process.
    """

    url: str
    challenge: str
    ca_pem: Path
    log: Path
    pid: int


def scepserver_is_installed() -> bool:
    """Tell whether Debian's package ``scep`` is there."""
    return shutil.which("scepserver") is not None


@contextlib.contextmanager
def run_scepserver(folder: Path, challenge: str = "secret") -> Iterator[ScepServerProcess]:
    """Run Debian's scepserver on a free port with a fresh CA.

    Args:
        folder: where its depot and its log go; made when it does not exist.
        challenge: the challenge password that it will demand.
    """
    depot = folder / "depot"
    folder.mkdir(parents=True, exist_ok=True)
    making = ["scepserver", "ca", "-init", "-depot", str(depot), "-keySize", "2048"]
    subprocess.run(making, check=True, capture_output=True)  # noqa: S603 - fixed arguments
    log = folder / "scepserver.log"
    with log.open("wb") as output:
        process, port = _start(depot, challenge, output.fileno())
        try:
            url = f"http://127.0.0.1:{port}/scep"
            yield ScepServerProcess(url, challenge, depot / "ca.pem", log, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=_START_S)


def _start(depot: Path, challenge: str, output: int) -> tuple["subprocess.Popen[bytes]", int]:
    """Start it and wait for its port; somebody may take the free port first, so try again."""
    for _ in range(_ATTEMPTS):
        port = free_port()
        command = ["scepserver", "-depot", str(depot), "-port", str(port)]
        command += ["-challenge", challenge, "-allowrenew", "0"]
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603 - fixed arguments
        wait_until(lambda: process.poll() is not None or _listens(port), _START_S)  # noqa: B023 - called at once
        if process.poll() is None:
            return process, port
    message = "scepserver does not start; see its log"
    raise AssertionError(message)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
