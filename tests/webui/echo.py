"""A WSGI application that tells how it was asked, and hooks that leave a trace."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

TRACE = "ECHO_TRACE"
"""Variable that names the file of the hooks' traces."""


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer with scheme, length of the query, whether a client certificate came, and the PID."""
    read_certificate = getattr(environ["gunicorn.socket"], "getpeercert", None)
    certificate = read_certificate(binary_form=True) if read_certificate else None
    if environ["PATH_INFO"] == "/slow":
        threading.Event().wait(30)  # longer than any test: the worker is told to stop meanwhile
    words = [environ["wsgi.url_scheme"], len(environ["QUERY_STRING"]), bool(certificate)]
    body = " ".join(str(word) for word in [*words, os.getpid()]).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def make_application() -> Callable[..., Iterable[bytes]]:
    """Return the application: a factory, as ``serve`` also takes."""
    return application


def started() -> None:
    """Hook of the worker's start."""
    _trace("started")


def stopping() -> None:
    """Hook of the worker's orderly end."""
    _trace("stopping")


def _trace(word: str) -> None:
    with Path(os.environ[TRACE]).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")
