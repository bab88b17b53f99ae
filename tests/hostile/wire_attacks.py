"""Attacks below the protocol: what a server may do to HTTP."""

import gzip
import socket
import threading
from collections.abc import Callable

from scep.wire import HttpReply
from tests.hostile.servers import Act, Scene, as_http, reset

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-x509-ca-cert\r\n"


def says(reply: HttpReply, *headers: str) -> Act:
    """Answer this, whatever was asked."""

    def act(sock: socket.socket, _: threading.Event, __: Scene) -> None:
        sock.sendall(as_http(reply, *headers))

    return act


def writes(*parts: bytes) -> Act:
    """Write these bytes and close."""

    def act(sock: socket.socket, _: threading.Event, __: Scene) -> None:
        for part in parts:
            sock.sendall(part)

    return act


def keeps_writing(start: bytes, more: bytes, pause_s: float = 0.0) -> Act:
    """Write without end; the pause is a wait for the test's end."""

    def act(sock: socket.socket, over: threading.Event, _: Scene) -> None:
        sock.sendall(start)
        while not over.wait(pause_s):
            sock.sendall(more)

    return act


def changes(change: Callable[[Scene], HttpReply]) -> Act:
    """Answer with something made of the honest answer."""

    def act(sock: socket.socket, _: threading.Event, scene: Scene) -> None:
        sock.sendall(as_http(change(scene)))

    return act


def _resets_in_the_middle(sock: socket.socket, over: threading.Event, scene: Scene) -> None:
    answer = as_http(scene.honest)
    sock.sendall(answer[:-10])
    # The client has to have the beginning before the reset throws away what is under way.
    over.wait(0.2)
    reset(sock)


def _hangs_up(sock: socket.socket, _: threading.Event, __: Scene) -> None:
    reset(sock)


drips_head = keeps_writing(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.02)
drips_body = keeps_writing(HEAD + b"Content-Length: 999999\r\n\r\n", b"\x30", 0.02)
never_ends = keeps_writing(HEAD + b"Connection: close\r\n\r\n", b"\x30" * 65_536)
continues_for_ever = keeps_writing(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
resets_in_the_middle: Act = _resets_in_the_middle
hangs_up: Act = _hangs_up
promises_too_much = writes(HEAD + b"Content-Length: 5000\r\n\r\n", b"\x30\x82\x04\x00")
breaks_chunks = writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")
chunk_without_end = writes(
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n" + b"\x30" * 4096
)
long_header = writes(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")
many_headers = writes(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n")
no_http = writes(b"\x00\x01SSH-2.0-x\r\n\r\n")


def gzip_bomb() -> Act:
    """Give 64 kB that become 64 MiB."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 9)
    return says(HttpReply(200, "application/x-x509-ca-cert", bomb), "Content-Encoding: gzip")


def redirects(target: str, status: int = 302) -> Act:
    """Send the client elsewhere."""
    return says(HttpReply(status, "text/html", b""), f"Location: {target}")
