"""Enrollments a second: our client beside its peers, the demo CA beside Debian's scepserver.

One run prints one table; ``--write FILE`` puts it into a document, between its two marks. Runs of
different programs alternate, and medians are given, so that a machine that is not quiet does not
favor one of them. Needs the Debian packages of ``tests/install_system_packages.sh``.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bench import clients, tables
from bench.clients import Client, Job, Target
from bench.measuring import Spent, machine
from bench.replay import record_message, replay
from bench.tables import Findings, Row
from pki import keys
from tests.democa_server import run_democa
from tests.servers import run_scepserver

OURS = "`scep enroll --count`"
CLIENTS: dict[str, Client] = {
    OURS: clients.scepadmin,
    "scepclient": clients.scepclient,
    "strongSwan pki": clients.strongswan,
}
WORKING = {"scepserver": (OURS, "scepclient")}
"""Which clients work with a server; strongSwan 5.9.8 does not with any server written in Go."""

PROGRAMS = ("scepserver", "scepclient", "pki", "openssl")
INSTALL = "apt-get install scep strongswan-pki libstrongswan-extra-plugins openssl"
START_UPS = 7
PASSWORDS = 100_000


def main(argv: Sequence[str]) -> None:
    """Measure, print, and write where told."""
    options = _options(argv)
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}. As root: {INSTALL}")
    facts = machine()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        _keep_bytecode(folder / "bytecode")
        democa = stack.enter_context(_democa(folder))
        scepserver = stack.enter_context(_scepserver(folder))
        rounds = _Rounds(folder, options.count)
        found = Findings(
            keys_per_second=_median(lambda: _bare_keys(options.count), options.rounds),
            start_up_s=_median(_start_up, START_UPS),
            operations=_operations((democa, scepserver), options),
            rows=rounds.run((democa, scepserver), options.rounds),
        )
    text = tables.document(found, facts, count=options.count, rounds=options.rounds)
    print(text)
    if options.write:
        tables.insert(text, options.write)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.enrollments", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="certificates in each run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each replay")
    parser.add_argument("--write", type=Path, metavar="FILE", help="a document with the two marks")
    return parser.parse_args(argv)


def _keep_bytecode(folder: Path) -> None:
    """Compile modules once for all processes, as wherever the program is installed.

    Compiling ours takes 0.1 s, and an environment that forbids to keep it is one of CI.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


@contextmanager
def _democa(folder: Path) -> Iterator[Target]:
    with run_democa(folder / "democa", password_max=PASSWORDS) as ca:

        def passwords(count: int) -> list[str]:
            return [ca.one_time_password() for _ in range(count)]

        yield Target("demo CA", ca.scep_url, ca.pid, 2, passwords)


@contextmanager
def _scepserver(folder: Path) -> Iterator[Target]:
    with run_scepserver(folder / "scepserver") as server:
        # One at a time: 2.1.0 hands out one serial number several times when asked in parallel.
        yield Target(
            "scepserver", server.url, server.pid, 1, lambda count: [server.challenge] * count
        )


class _Rounds:
    """Runs every client at every server, with keys to make and with ready ones."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._runs = 0

    def run(self, targets: Sequence[Target], rounds: int) -> list[Row]:
        """Give a row for each kind of run: the median of its rounds by wall time."""
        kinds = [
            (target, fresh, name)
            for target in targets
            for fresh in (True, False)
            for name in WORKING.get(target.name, tuple(CLIENTS))
        ]
        results: dict[tuple[str, bool, str], list[Spent]] = {}
        for _ in range(rounds):
            for target, fresh, name in kinds:
                results.setdefault((target.name, fresh, name), []).append(
                    self._once(target, CLIENTS[name], fresh=fresh)
                )
        return [
            Row(
                target.name,
                target.parallel,
                fresh,
                name,
                _middle(results[target.name, fresh, name]),
            )
            for target, fresh, name in kinds
        ]

    def _once(self, target: Target, client: Client, *, fresh: bool) -> Spent:
        self._runs += 1
        folder = self._folder / f"run-{self._runs}"
        folder.mkdir()
        # Each run has keys of its own: peers name a transaction after its key, and a CA takes no
        # other request under the same name.
        ready = () if fresh else _keys(self._count)
        result = client(Job(target, folder, self._count, ready))
        print(f"{target.name}: {result.done} in {result.wall_s:.1f} s", file=sys.stderr)
        return result


def _middle(results: Sequence[Spent]) -> Spent:
    return sorted(results, key=lambda one: one.per_second)[len(results) // 2]


def _median(measure: Callable[[], float], times: int) -> float:
    return statistics.median(measure() for _ in range(times))


def _bare_keys(count: int) -> float:
    """RSA keys a second on two threads, and nothing else."""
    begin = time.perf_counter()
    _keys(count)
    return count / (time.perf_counter() - begin)


def _keys(count: int) -> tuple[RSAPrivateKey, ...]:
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(keys.generate_rsa, [clients.BITS] * count))


def _start_up() -> float:
    command = [sys.executable, "-m", "scep", "caps", "ftp://nowhere/"]
    begin = time.perf_counter()
    subprocess.run(command, cwd=clients.ROOT, capture_output=True, check=False)  # noqa: S603 - fixed
    return time.perf_counter() - begin


def _operations(targets: Sequence[Target], options: argparse.Namespace) -> dict[str, float]:
    """PKIOperations a second with one connection."""
    messages = {
        target.name: record_message(target.url, target.passwords(1)[0]) for target in targets
    }
    rates: dict[str, list[float]] = {target.name: [] for target in targets}
    for _ in range(options.rounds):
        for target in targets:
            rate = replay(target.url, messages[target.name], options.seconds)
            rates[target.name].append(rate)
    return {name: statistics.median(each) for name, each in rates.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
