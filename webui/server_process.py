"""A web server in a process of its own making: Django in the worker, not in the arbiter.

A management command has Django loaded when it comes to serving, and a worker forked from it keeps
copies of most of that memory. So the command replaces its process (same PID) by one that knows
nothing but gunicorn. Measured with the demo CA: 57 MB for both processes together, instead of 87.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
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
    sys.stdout.flush()
    sys.stderr.flush()
    plan = {
        "application": application,
        "plain": [asdict(port) for port in plain],
        "tls": [asdict(port) for port in tls],
        "threads": threads,
        "hooks": asdict(hooks or WorkerHooks()),
    }
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", __name__, json.dumps(plan, default=str)]
    # -m looks in the current folder first, which may be anywhere.
    os.environ["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(root), os.environ.get("PYTHONPATH", "")) if part
    )
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, our own module


def main(arguments: Sequence[str]) -> NoReturn:
    """Serve what :func:`become` planned."""
    plan = json.loads(arguments[0])
    serve(
        plan["application"],
        plain=[PlainPort(**port) for port in plan["plain"]],
        tls=[_tls_port(**port) for port in plan["tls"]],
        threads=plan["threads"],
        hooks=WorkerHooks(**plan["hooks"]),
    )


def _tls_port(host: str, port: int, certificate: str, key: str, client_ca: str | None) -> TlsPort:
    trusted = Path(client_ca) if client_ca else None
    return TlsPort(host, port, Path(certificate), Path(key), trusted)


if __name__ == "__main__":
    main(sys.argv[1:])
