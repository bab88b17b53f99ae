"""A web server in a process of its own making: Django in the worker, not in the arbiter.

A management command has Django loaded when it comes to serving, and a worker forked from it keeps
copies of most of that memory. So the command replaces its process (same PID) by one that knows
nothing but gunicorn. Measured with the demo CA: 57 MB for both processes together, instead of 87.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from webui.server import PlainPort, TlsPort, WorkerHooks, serve


def become(
    application: str,
    *,
    plain: Sequence[PlainPort],
    tls: Sequence[TlsPort] = (),
    threads: int = 8,
    hooks: WorkerHooks | None = None,
) -> NoReturn:
    """Turn this process into the web server; arguments as :func:`webui.server.serve`.

    The application and the hooks are given by name. Nothing of this process is left but its
    PID, its environment and its standard streams: no ``finally``, no ``atexit``.
    """
    arguments = command(application, plain=plain, tls=tls, threads=threads, hooks=hooks)
    # -m looks in the current folder first, which may be anywhere.
    root = str(Path(__file__).resolve().parent.parent)
    paths = (root, os.environ.get("PYTHONPATH", ""))
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(arguments[0], arguments)  # noqa: S606 - our own interpreter, our own module


def command(
    application: str,
    *,
    plain: Sequence[PlainPort],
    tls: Sequence[TlsPort],
    threads: int,
    hooks: WorkerHooks | None,
) -> list[str]:
    """Return the command line of the server's process."""
    plan = {
        "application": application,
        "plain": [asdict(port) for port in plain],
        "tls": [asdict(port) for port in tls],
        "threads": threads,
        "hooks": asdict(hooks or WorkerHooks()),
    }
    return [sys.executable, "-m", "webui.server_process", json.dumps(plan, default=str)]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve, as :func:`webui.server.serve` takes it."""

    application: str
    plain: list[PlainPort]
    tls: list[TlsPort]
    threads: int
    hooks: WorkerHooks


def read(text: str) -> Plan:
    """Read what :func:`command` wrote as its last argument."""
    plan = json.loads(text)
    return Plan(
        application=plan["application"],
        plain=[PlainPort(**port) for port in plan["plain"]],
        tls=[_tls_port(**port) for port in plan["tls"]],
        threads=plan["threads"],
        hooks=WorkerHooks(**plan["hooks"]),
    )


def main(arguments: Sequence[str]) -> NoReturn:
    """Serve what :func:`become` planned."""
    plan = read(arguments[0])
    serve(plan.application, plain=plan.plain, tls=plan.tls, threads=plan.threads, hooks=plan.hooks)


def _tls_port(
    host: str, port: int, client_ca: str | None, *, client_required: bool, **files: str
) -> TlsPort:
    paths = {name: Path(path) for name, path in files.items()}
    trusted = Path(client_ca) if client_ca else None
    return TlsPort(host, port, client_ca=trusted, client_required=client_required, **paths)


if __name__ == "__main__":
    main(sys.argv[1:])
