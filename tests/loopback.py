"""Servers on loopback for tests: honest ones, and ones that do what a hostile peer would."""

import contextlib
import secrets
import socket
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from tests.issuing import Issued

_SERVER_PORTS: Final = range(10_000, 32_768)
"""Below the ports that Linux (32768) and others (49152) give to outgoing connections."""


@dataclass(frozen=True)
class Request:
    """What a server was asked; ``peer_port`` is the client's, and so tells connections apart."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    peer_port: int = 0


@dataclass(frozen=True)
class Answer:
    """What it says."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False
    break_off: bool = False


@dataclass
class Site:
    """A running server."""

    port: int
    scheme: str = "http"
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}/scep"

    @property
    def secure_url(self) -> str:
        """The same with https, whatever the server speaks."""
        return f"https://127.0.0.1:{self.port}/scep"

    def named(self, host: str) -> str:
        """The same under another host name."""
        return f"{self.scheme}://{host}:{self.port}/scep"


Answerer = Callable[[Request], Answer]
Talk = Callable[[socket.socket, threading.Event], None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Answerer
    site: Site

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        headers = dict(self.headers.items())
        request = Request(self.command, self.path, headers, body, self.client_address[1])
        self.site.requests.append(request)
        answer = type(self).answer(request)
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.break_off))
        if answer.break_off:
            self.close_connection = True
        if answer.close:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = _handle  # noqa: N815 - http.server looks for this name
    do_POST = _handle  # noqa: N815 - http.server looks for this name

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests want."""


@contextlib.contextmanager
def serve(answer: Answerer, context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run an HTTP server in a thread."""
    site = Site(port=0, scheme="https" if context else "http")
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer), "site": site})
    with _QuietServer(("127.0.0.1", 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def serve_raw(talk: Talk) -> Iterator[Site]:
    """Run a server that talks as it likes; the event is set when the test is over."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                talk(self.request, over)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Site(port=server.server_address[1])
        over.set()
        server.shutdown()
        thread.join()


def free_port() -> int:
    """A port on which nothing listens now, and which no outgoing connection will be given.

    A server that stops and starts again would find its port taken, if it were one of those that
    the system hands to connections.
    """
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            port = _SERVER_PORTS[secrets.randbelow(len(_SERVER_PORTS))]
            probe.bind(("127.0.0.1", port))
            return port


def tls_context(server: Issued, client_ca: Issued | None = None) -> ssl.SSLContext:
    """A server's TLS context; with a client CA it insists on a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(server.pem + server.key_pem)
        context.load_cert_chain(path)
    if client_ca:
        context.load_verify_locations(cadata=client_ca.pem.decode())
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def inside(context: ssl.SSLContext, talk: Talk) -> Talk:
    """Talk inside TLS."""

    def secured(sock: socket.socket, over: threading.Event) -> None:
        with context.wrap_socket(sock, server_side=True) as wrapped:
            talk(wrapped, over)

    return secured
