"""Listening sockets for gunicorn, with an answer for people when a port cannot be had."""

import errno
import time
from typing import Any, Final

from gunicorn import sock

PATIENCE_S: Final = 5.0
"""How long a taken port is waited for: the worker of a killed server holds it for a second."""

_PAUSE_S: Final = 0.1


class _ClosesOnFailure:
    """gunicorn leaves a socket open that it could not bind."""

    def bind(self, opened: Any) -> None:  # noqa: ANN401 - gunicorn has no types
        try:
            super().bind(opened)  # type: ignore[misc]  # of gunicorn's class beside this one
        except OSError:
            opened.close()
            raise


class _Tcp(_ClosesOnFailure, sock.TCPSocket):  # type: ignore[misc]  # gunicorn has no types
    pass


class _Tcp6(_ClosesOnFailure, sock.TCP6Socket):  # type: ignore[misc]  # gunicorn has no types
    pass


def listen(host: str, port: int, *, config: Any, log: Any, patience_s: float = PATIENCE_S) -> Any:  # noqa: ANN401 - gunicorn has no types
    """Open one listening socket, as gunicorn's own kind of object.

    Raises:
        SystemExit: the port is taken, or the address is not one of this machine; the text says
            which.
    """
    kind = _Tcp6 if ":" in host else _Tcp
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return kind((host, port), config, log)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(_PAUSE_S)
                continue
            raise SystemExit(_explain(host, port, error)) from error


def _explain(host: str, port: int, error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.errno == errno.EADDRINUSE:
        reason = "another program listens there. Stop it, or choose another port"
    return f"Cannot listen on {host} port {port}: {reason}."
