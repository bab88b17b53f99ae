"""A forwarder between a client and a SCEP server that can hold an exchange at a known point.

Killing a process "in the middle" needs a middle that stands still. The gateway forwards each
request; at the operation it is told to hold, it stops before forwarding or before answering until
it is released. The test kills the client meanwhile.
"""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

Hold = Literal["before", "after", ""]
WAIT_S = 30.0


@dataclass
class Gateway:
    """A running gateway.

    Attributes:
        url: what the client is given instead of the server's URL.
        operation: the SCEP operation to hold at.
        hold: hold the request (``before``), the answer (``after``) or nothing.
        reached: set when the held exchange has arrived at its point.
        released: set by the test to let it go on.
        seen: operations that arrived, in order.
    """

    url: str
    operation: str = ""
    hold: Hold = ""
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    seen: list[str] = field(default_factory=list)

    def hold_at(self, operation: str, when: Hold) -> None:
        """Hold the next exchange of this operation."""
        self.reached.clear()
        self.released.clear()
        self.operation, self.hold = operation, when

    def release(self) -> None:
        """Let the held exchange go on and hold nothing any more."""
        self.hold = ""
        self.released.set()

    def pause(self, operation: str, when: Hold) -> None:
        """Stop here when this is the point to hold at."""
        if operation == self.operation and when == self.hold:
            self.reached.set()
            self.released.wait(WAIT_S)


class _Handler(BaseHTTPRequestHandler):
    gateway: ClassVar[Gateway]
    target: ClassVar[str]

    def do_GET(self) -> None:
        self._forward(None)

    def do_POST(self) -> None:
        self._forward(self.rfile.read(int(self.headers["Content-Length"])))

    def _forward(self, body: bytes | None) -> None:
        operation = parse_qs(urlsplit(self.path).query).get("operation", [""])[0]
        self.gateway.seen.append(operation)
        self.gateway.pause(operation, "before")
        request = urllib.request.Request(self.target + self.path, data=body)  # noqa: S310 - loopback only
        for name in ("Content-Type", "Authorization"):
            if name in self.headers:
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as reply:  # noqa: S310 - loopback only
                status, kind, content = reply.status, reply.headers["Content-Type"], reply.read()
        except urllib.error.HTTPError as error:
            status, kind, content = error.code, error.headers["Content-Type"], error.read()
        self.gateway.pause(operation, "after")
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind or "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            # The client was killed while its answer was held: that is the test.
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output quiet."""


@contextmanager
def run_gateway(target: str) -> Iterator[Gateway]:
    """Forward from a free loopback port to ``target`` (scheme, host and port, no path)."""
    gateway = Gateway(url="")
    handler = type("Handler", (_Handler,), {"gateway": gateway, "target": target})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.release()
        server.shutdown()
        server.server_close()
        thread.join()
