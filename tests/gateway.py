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
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Answer, Request, serve

Hold = Literal["before", "after", ""]
WAIT_S = 30.0


@dataclass
class Gateway:
    """A running gateway.

    Attributes:
        target: scheme, host and port of the server; no path.
        url: what the client is given instead of it.
        reached: set when the held exchange has arrived at its point.
    """

    target: str
    url: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)
    _operation: str = ""
    _hold: Hold = ""

    def hold_at(self, operation: str, when: Hold) -> None:
        """Hold the next exchanges of this SCEP operation."""
        self.reached.clear()
        self._released.clear()
        self._operation, self._hold = operation, when

    def release(self) -> None:
        """Let what is held go on, and hold nothing any more."""
        self._hold = ""
        self._released.set()

    def answer(self, request: Request) -> Answer:
        """Forward a request and hand back its reply, stopping where it is held."""
        operation = parse_qs(urlsplit(request.path).query).get("operation", [""])[0]
        self._pause(operation, "before")
        reply = self._forward(request)
        self._pause(operation, "after")
        return reply

    def _pause(self, operation: str, when: Hold) -> None:
        if operation == self._operation and when == self._hold:
            self.reached.set()
            self._released.wait(WAIT_S)

    def _forward(self, request: Request) -> Answer:
        kept = ("Content-Type", "Authorization")
        headers = {name: value for name, value in request.headers.items() if name in kept}
        body = request.body if request.method == "POST" else None
        forwarded = urllib.request.Request(self.target + request.path, body, headers)  # noqa: S310 - loopback only
        try:
            reply = urllib.request.urlopen(forwarded, timeout=WAIT_S)  # noqa: S310 - loopback only
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            kind = reply.headers.get("Content-Type", "application/octet-stream")
            return Answer(reply.status, reply.read(), (("Content-Type", kind),))


@contextmanager
def run_gateway(target: str) -> Iterator[Gateway]:
    """Forward from a free loopback port to ``target``."""
    gateway = Gateway(target)
    with serve(gateway.answer) as site:
        gateway.url = f"http://127.0.0.1:{site.port}"
        try:
            yield gateway
        finally:
            gateway.release()
