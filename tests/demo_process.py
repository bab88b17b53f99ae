"""`manage.py demo` as a real process: started, asked, killed, started again."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.loopback import free_port
from tests.waiting import wait_until

ROOT: Final = Path(__file__).resolve().parents[1]
START_TIMEOUT_S: Final = 60.0
PASSWORD: Final = "journey-password-1"


@dataclass
class Demo:
    """One data folder and its ports; the process may come and go."""

    folder: Path
    port: int
    tls_port: int
    ca_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the firewall UI answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_origin(self) -> str:
        """Scheme, host and port of the demo CA."""
        return f"http://127.0.0.1:{self.ca_port}"

    @property
    def output(self) -> str:
        """All that the process has printed so far."""
        path = self.folder.parent / f"{self.folder.name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start the process and wait until the UI and the demo CA answer."""
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        command = [sys.executable, "manage.py", "demo", "--data", str(self.folder)]
        command += ["--port", str(self.port), "--tls-port", str(self.tls_port)]
        command += ["--ca-port", str(self.ca_port)]
        if not self.folder.exists():
            command += ["--password", PASSWORD]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            command, cwd=ROOT, stdout=log, stderr=log, env=environment
        )
        log.close()
        wait_until(lambda: self.answers(f"{self.url}/login/"), timeout_s=START_TIMEOUT_S)
        caps = f"{self.ca_origin}/certsrv/mscep/?operation=GetCACaps"
        wait_until(lambda: self.answers(caps), timeout_s=START_TIMEOUT_S)

    def family(self) -> list[psutil.Process]:
        """The process and all it started."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def kill(self) -> None:
        """SIGKILL everything of this demo at once: nobody can tidy up."""
        assert self.process is not None
        family = self.family()
        for member in family:
            member.suspend()
        for member in family:
            member.send_signal(signal.SIGKILL)
        self.process.wait()
        psutil.wait_procs(family, timeout=10)
        self.process = None

    def stop(self) -> None:
        """End it the way a person would."""
        if self.process is None:
            return
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        psutil.wait_procs(family, timeout=15)
        self.process.wait(timeout=15)
        self.process = None

    def answers(self, url: str) -> bool:
        """Tell whether a page of the running demo is served."""
        assert self.process is not None
        assert self.process.poll() is None, f"the demo ended:\n{self.output}"
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310 - loopback only
                return bool(reply.status == 200)
        except OSError:
            return False


@contextmanager
def run_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo on free ports until the block ends."""
    demo = Demo(folder=folder, port=free_port(), tls_port=free_port(), ca_port=free_port())
    demo.start()
    try:
        yield demo
    finally:
        demo.stop()
