"""Ports of this machine: find a free one, wait for one to answer, tell who holds one."""

import socket
import threading
import time
from typing import Final

_PAUSE_S: Final = 0.05


def free_port(host: str) -> int:
    """Return a TCP port that nothing listens on at this moment."""
    with socket.socket(_family(host)) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen on a port now."""
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def wait_until_listening(host: str, port: int, *, timeout_s: float) -> bool:
    """Wait until something accepts connections; tell whether it did in time."""
    end = time.monotonic() + timeout_s
    pause = threading.Event()
    while time.monotonic() < end:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            pause.wait(_PAUSE_S)
        else:
            return True
    return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
