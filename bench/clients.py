"""Three SCEP clients that do the same job: ours, Debian's scepclient, strongSwan's pki.

The peers handle one certificate in a process, so they are run as often as certificates are wanted,
so many processes at a time. All files they need are made before the clock runs.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.measuring import Spent, spent

ROOT = Path(__file__).resolve().parents[1]
BITS = 2048


@dataclass(frozen=True)
class Target:
    """A server, and how it is used.

    Attributes:
        name: of the server.
        url: where it speaks SCEP.
        pid: of its process.
        parallel: how many may talk to it at once.
        passwords: gives so many challenge passwords.
    """

    name: str
    url: str
    pid: int
    parallel: int
    passwords: Callable[[int], list[str]] = field(repr=False)


@dataclass(frozen=True)
class Job:
    """So many certificates that are wanted.

    Attributes:
        target: from whom.
        folder: an empty folder.
        count: how many.
        keys: ready keys, so many; empty lets the client make each.
    """

    target: Target
    folder: Path
    count: int
    keys: Sequence[RSAPrivateKey] = field(repr=False)


Client = Callable[[Job], Spent]


def scepadmin(job: Job) -> Spent:
    """One process of our own: ``python -m scep enroll --count``."""
    passwords = job.folder / "passwords"
    passwords.write_text("\n".join(job.target.passwords(job.count)))
    command = [
        *(sys.executable, "-m", "scep", "enroll", job.target.url, "--json"),
        *("--subject", "CN=device {n}", "--challenge-file", str(passwords)),
        *("--bits", str(BITS), "--out", str(job.folder / "out")),
        *("--count", str(job.count), "--parallel", str(job.target.parallel)),
    ]
    if job.keys:
        (job.folder / "keys").mkdir()
        for number, key in enumerate(job.keys):
            (job.folder / "keys" / f"{number:04}.pem").write_bytes(_pem(key))
        command += ["--key", str(job.folder / "keys")]

    def work() -> int:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - fixed
        summary = json.loads(ended.stdout.splitlines()[-1])["summary"]
        return int(summary["issued"])

    return spent(work, job.target.pid)


def scepclient(job: Job) -> Spent:
    """Debian's scepclient."""
    commands = []
    for number, password in enumerate(job.target.passwords(job.count)):
        folder = _folder(job, number, "client.key")
        commands.append(
            _Command(
                folder,
                (
                    *("scepclient", "-server-url", job.target.url, "-challenge", password),
                    *("-private-key", "client.key", "-certificate", "client.pem"),
                    *("-cn", f"device {number}", "-keySize", str(BITS)),
                ),
                "client.pem",
            )
        )
    return _each(commands, job)


def strongswan(job: Job) -> Spent:
    """StrongSwan's pki; a key of its own takes a process of its own."""
    commands = []
    ca = _strongswan_ca(job)
    for number, password in enumerate(job.target.passwords(job.count)):
        folder = _folder(job, number, "key.pem")
        making = () if job.keys else ("pki", "--gen", "--type", "rsa", "--size", str(BITS))
        commands.append(
            _Command(
                folder,
                (
                    *("pki", "--scep", "--url", job.target.url, "--in", "key.pem"),
                    *("--dn", f"CN=device {number}", "--password", password, *ca),
                ),
                "device.der",
                making,
            )
        )
    return _each(commands, job)


@dataclass(frozen=True)
class _Command:
    folder: Path
    command: tuple[str, ...] = field(repr=False)
    result: str
    making: tuple[str, ...] = ()

    def run(self) -> bool:
        if self.making:
            self._run(self.making, "key.pem")
        self._run(self.command, self.result)
        result = self.folder / self.result
        return result.is_file() and result.stat().st_size > 0

    def _run(self, command: Sequence[str], output: str) -> None:
        """Run, with what is printed in a file where the program writes none itself."""
        with (self.folder / (output if command[0] == "pki" else "log")).open("wb") as file:
            subprocess.run(  # noqa: S603 - programs of the machine
                command, cwd=self.folder, stdout=file, stderr=subprocess.DEVNULL, check=False
            )


def _each(commands: Sequence[_Command], job: Job) -> Spent:
    def work() -> int:
        with ThreadPoolExecutor(job.target.parallel) as pool:
            return sum(pool.map(_Command.run, commands))

    return spent(work, job.target.pid)


def _folder(job: Job, number: int, key_file: str) -> Path:
    folder = job.folder / f"{number:04}"
    folder.mkdir()
    if job.keys:
        (folder / key_file).write_bytes(_pem(job.keys[number]))
    return folder


def _strongswan_ca(job: Job) -> tuple[str, ...]:
    """Fetch the CA's certificates, and say which is for what."""
    subprocess.run(  # noqa: S603 - programs of the machine
        [
            *("pki", "--scepca", "--url", job.target.url, "--caout", "ca.pem"),
            *("--raout", "ra.pem", "--outform", "pem"),
        ],
        cwd=job.folder,
        check=True,
        capture_output=True,
    )
    options = ["--cacert", str(job.folder / "ca.pem")]
    for name in ("ra.pem", "ra-2.pem"):
        file = job.folder / name
        shown = subprocess.run(  # noqa: S603 - programs of the machine
            ["openssl", "x509", "-in", str(file), "-noout", "-text"],  # noqa: S607 - Debian's
            check=True,
            capture_output=True,
        ).stdout
        kind = "--cacert-enc" if b"Key Encipherment" in shown else "--cacert-sig"
        options += [kind, str(file)]
    return tuple(options)


def _pem(key: RSAPrivateKey) -> bytes:
    # The older form: scepclient reads no other.
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
