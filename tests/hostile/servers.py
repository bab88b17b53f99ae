"""A SCEP server that is honest but for one operation, at which it does as an attack likes."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from scep.wire import HttpReply, HttpRequest
from tests import loopback
from tests.fakes import FakeCa
from tests.loopback import Site


@dataclass(frozen=True)
class Scene:
    """What an attack works with.

    Attributes:
        ca: the CA that the client trusts; an attacker who has its key is the worst one.
        request: what was asked.
        honest: what an honest server would answer.
    """

    ca: FakeCa
    request: HttpRequest
    honest: HttpReply


Act = Callable[[socket.socket, threading.Event, Scene], None]
"""Takes the connection, an event that is set when the test is over, and the scene."""

PAGE = (
    b"<HTML><Body>The enrollment challenge password is: <B> 0123456789ABCDEF </B> "
    b"This password can be used only once and will expire within 60 minutes.</Body></HTML>"
)


@contextlib.contextmanager
def serve(ca: FakeCa, operation: str, act: Act) -> Iterator[Site]:
    """Run a server that attacks at one operation; ``"challenge"`` is the challenge page."""

    def talk(sock: socket.socket, over: threading.Event) -> None:
        request = _read(sock)
        asked = dict(request.query).get("operation", "challenge")
        honest = HttpReply(200, "text/html", PAGE) if asked == "challenge" else ca.answer(request)
        if asked == operation:
            act(sock, over, Scene(ca, request, honest))
        else:
            sock.sendall(as_http(honest))

    with loopback.serve_raw(talk) as site:
        yield site


def as_http(reply: HttpReply, *headers: str) -> bytes:
    """Write an answer as it goes over the wire, with other headers behind the usual ones."""
    lines = [
        f"HTTP/1.1 {reply.status} Words",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body


def reset(sock: socket.socket) -> None:
    """Close a connection the hard way."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _read(sock: socket.socket) -> HttpRequest:
    with sock.makefile("rb") as stream:
        method, target, _ = stream.readline().decode().split(" ", 2)
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
        body = stream.read(length)
    verb: Literal["GET", "POST"] = "POST" if method == "POST" else "GET"
    return HttpRequest(verb, tuple(parse_qsl(urlsplit(target).query)), body)
