"""The web server as a real process, over real sockets on loopback."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import psutil
import pytest

from tests import issuing
from tests.issuing import Issued, Wanted
from tests.loopback import free_port
from tests.waiting import wait_until
from tests.webui import echo

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
from webui.server import PlainPort, TlsPort, WorkerHooks
from webui.server_process import become
folder, plain, tls, threads = Path(sys.argv[1]), *map(int, sys.argv[2:])
become(
    "tests.webui.echo:application",
    plain=[PlainPort("127.0.0.1", plain)],
    tls=[TlsPort("127.0.0.1", tls, folder / "c.pem", folder / "k.pem", folder / "ca.pem")],
    threads=threads,
    hooks=WorkerHooks("tests.webui.echo:started", "tests.webui.echo:stopping"),
)
"""


@dataclass
class Running:
    """A server process with two ports, and what a client needs."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    tls_port: int

    def ask(self, path: str = "/") -> tuple[int, str]:
        """GET over HTTP."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        return _ask(connection, path)

    def ask_tls(self, client: str = "") -> tuple[int, str]:
        """GET over HTTPS, with a client certificate if one is named."""
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if client:
            context.load_cert_chain(self.folder / f"{client}.pem")
        return _ask(HTTPSConnection("127.0.0.1", self.tls_port, timeout=10, context=context), "/")

    def trace(self) -> list[str]:
        """What the hooks left."""
        path = self.folder / "trace"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def stop(self) -> float:
        """End it with SIGTERM; return how long that took, in seconds."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)
        return time.monotonic() - begun


def _ask(connection: HTTPConnection, path: str) -> tuple[int, str]:
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def _write(folder: Path, authority: Issued) -> None:
    server = issuing.server(authority, "127.0.0.1")
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "c.pem").write_bytes(server.pem)
    (folder / "k.pem").write_bytes(server.key_pem)
    for name, issuer in (("known", authority), ("stranger", issuing.ca("Another CA"))):
        client = issuing.issue(Wanted(f"{name} client"), issuer)
        (folder / f"{name}.pem").write_bytes(client.pem + client.key_pem)


@contextmanager
def running(folder: Path, threads: int = 4) -> Iterator[Running]:
    _write(folder, issuing.ca("Server test CA"))
    port, tls_port = free_port(), free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", SCRIPT, str(folder), str(port), str(tls_port), str(threads)],
        cwd=ROOT,
        env={**os.environ, echo.TRACE: str(folder / "trace")},
    )
    server = Running(process, folder, port, tls_port)
    try:
        wait_until(lambda: "started" in server.trace(), timeout_s=20)
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_http_and_https_are_served_by_one_worker_each_with_its_scheme(shared: Running) -> None:
    plain = shared.ask()[1].split()
    secure = shared.ask_tls()[1].split()

    assert (plain[0], secure[0]) == ("http", "https")
    assert plain[-1] == secure[-1]


def test_the_process_that_asked_for_the_server_has_become_it(shared: Running) -> None:
    worker = int(shared.ask()[1].split()[-1])

    assert psutil.Process(worker).ppid() == shared.process.pid
    assert psutil.Process(shared.process.pid).num_threads() == 1


@pytest.mark.parametrize(("client", "seen"), [("", "False"), ("known", "True")])
def test_a_client_certificate_is_optional(shared: Running, client: str, seen: str) -> None:
    assert shared.ask_tls(client)[1].split()[2] == seen


def test_a_client_certificate_of_another_ca_is_refused(shared: Running) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shared.ask_tls("stranger")


def test_a_request_line_of_eight_thousand_characters_is_taken(shared: Running) -> None:
    status, body = shared.ask(f"/?{'a' * 8000}")

    assert (status, body.split()[1]) == (200, "8000")


def test_a_longer_request_line_gets_status_414_in_plain_text(shared: Running) -> None:
    status, body = shared.ask(f"/?{'a' * 9000}")

    assert (status, body) == (414, "The request line is too long. Send the message by POST.\n")


def test_plain_http_on_the_tls_port_harms_nobody(shared: Running) -> None:
    with socket.create_connection(("127.0.0.1", shared.tls_port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            client.recv(1000)

    assert shared.ask_tls()[0] == 200


def test_slow_clients_do_not_hold_up_others(tmp_path: Path) -> None:
    with running(tmp_path, threads=2) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(6)]
        silent += [socket.create_connection(("127.0.0.1", server.tls_port)) for _ in range(2)]
        half = socket.create_connection(("127.0.0.1", server.port))
        half.sendall(b"GET / HT")

        begun = time.monotonic()
        statuses = [server.ask()[0], server.ask_tls()[0]]
        taken = time.monotonic() - begun

        for client in (*silent, half):
            client.close()
    assert statuses == [200, 200]
    # Each silent client costs one thread half a second once, not a thread for ever.
    assert taken < 8


def test_a_client_that_does_not_hang_up_does_not_hold_up_others(shared: Running) -> None:
    with socket.create_connection(("127.0.0.1", shared.port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while client.recv(1000):
            pass

        begun = time.monotonic()
        status, _ = shared.ask()

    assert status == 200
    assert time.monotonic() - begun < 1.5


def test_sigterm_ends_it_quickly_beside_idle_connections_and_calls_the_hook(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as server:
        kept = HTTPConnection("127.0.0.1", server.port, timeout=10)
        kept.request("GET", "/")
        kept.getresponse().read()
        unused = socket.create_connection(("127.0.0.1", server.port))

        taken = server.stop()
        kept.close()
        unused.close()

    assert taken < 3
    assert server.trace() == ["started", "stopping"]
    assert server.process.returncode == 0


def test_sigterm_does_not_wait_for_a_request_that_never_ends(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        endless = HTTPConnection("127.0.0.1", server.port, timeout=10)
        endless.request("GET", "/slow")
        server.ask()

        taken = server.stop()
        endless.close()

    assert taken < 4


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        first = int(server.ask()[1].split()[-1])
        psutil.Process(first).kill()

        wait_until(lambda: server.trace() == ["started", "started"], timeout_s=20)
        second = int(server.ask()[1].split()[-1])

    assert second != first
