"""Wall time and processor time of what runs in processes, and the machine that it runs on."""

import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cryptography
import psutil
from cryptography.hazmat.backends.openssl import backend

CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Spent:
    """What some work has cost.

    Attributes:
        done: how many pieces of it were done.
        wall_s: how long it took.
        client_cpu_s: of the processes that were started for it and have ended.
        server_cpu_s: of the server.
    """

    done: int
    wall_s: float
    client_cpu_s: float
    server_cpu_s: float = 0.0

    @property
    def per_second(self) -> float:
        """The rate."""
        return self.done / self.wall_s

    @property
    def client_ms(self) -> float:
        """Processor time of the client for each piece."""
        return self.client_cpu_s / max(1, self.done) * 1000

    @property
    def server_ms(self) -> float:
        """Processor time of the server for each piece."""
        return self.server_cpu_s / max(1, self.done) * 1000


def spent(work: Callable[[], int], server_pid: int | None = None) -> Spent:
    """Do work in processes of its own, and measure.

    Args:
        work: starts processes, waits for them, and tells how many pieces were done.
        server_pid: of the server that they talk to.
    """
    children, server = _children_cpu_s(), _cpu_s(server_pid)
    begin = time.perf_counter()
    done = work()
    wall_s = time.perf_counter() - begin
    return Spent(done, wall_s, _children_cpu_s() - children, _cpu_s(server_pid) - server)


def machine() -> str:
    """The machine, the versions and the day, as one sentence."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory_gib = psutil.virtual_memory().total / 1024**3
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {CORES} cores ({model}), {memory_gib:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"cryptography {cryptography.__version__} ({backend.openssl_version_text()}); "
        f"load before the run {os.getloadavg()[0]:.1f}."
    )


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _cpu_s(pid: int | None) -> float:
    """Processor time of a process and of its children that are alive."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)
