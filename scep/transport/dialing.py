"""From a host name to a connected socket: resolve, check, connect, each within the deadline."""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from scep import addresses, failures, tls
from scep.addresses import Address
from scep.errors import ScepError
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.transport.server import Server


@dataclass(slots=True)
class Deadline:
    """The moment by which a request must be done; moves with every request."""

    ends_at: float = 0.0

    def remaining(self) -> float:
        """Seconds left.

        Raises:
            TimeoutError: none is left.
        """
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


class TimedSocket(socket.socket):
    """A socket whose every read ends by the deadline, not each within a time of its own."""

    deadline: Deadline

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ANN401 - a writable buffer, which typing cannot name
        """Read what has arrived, waiting no longer than the deadline."""
        self.settimeout(self.deadline.remaining())
        return super().recv_into(buffer, nbytes, flags)


class Dialer:
    """Resolves, checks, connects; records DNS, TCP and TLS.

    Attributes:
        record: takes the steps.
        deadline: the end of the request that is under way.
        connecting_s: how long connecting took for it.
        certificate_der: the certificate of the server last connected to; empty without TLS.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self.record: Recorder = drop
        self.deadline = Deadline()
        self.connecting_s = 0.0
        self.certificate_der = b""
        self._connected_at = 0.0
        self._held: ScepError | None = None

    def start(self, timeout_s: float) -> None:
        """Begin a request."""
        self.deadline.ends_at = time.monotonic() + timeout_s
        self.connecting_s = 0.0

    @contextmanager
    def held(self, refusal: ScepError) -> Iterator[None]:
        """Refuse to connect anew inside the block: the connection that is there is meant."""
        self._held = refusal
        try:
            yield
        finally:
            self._held = None

    def dial(self, host: str, port: int) -> TimedSocket:
        """Connect to a host.

        Raises:
            TransportFailed: unknown, refused by policy, not reachable, or inside :meth:`held`.
        """
        if self._held is not None:
            raise self._held
        self.certificate_der = b""
        host = host.strip("[]")
        candidates = self.addresses_of(host, port)
        started = time.monotonic()
        error = OSError()
        for left, address in zip(range(len(candidates), 0, -1), candidates, strict=True):
            try:
                sock = self._connected(address, port, self.deadline.remaining() / left)
            except OSError as failed:
                error = failed
                continue
            self._passed(StepName.TCP, f"Connected to {address} port {port}.", started)
            self._connected_at = time.monotonic()
            return sock
        raise failures.not_connected(error, host, port, self._server.timeout_s) from error

    def secured(self, sock: ssl.SSLSocket, host: str) -> None:
        """Take note of a TLS handshake that succeeded just now."""
        seconds = time.monotonic() - self._connected_at
        self.connecting_s += seconds
        self.certificate_der = sock.getpeercert(binary_form=True) or b""
        step = tls.describe(
            host=host,
            protocol=sock.version() or "",
            cipher=(sock.cipher() or ("",))[0],
            certificate_der=self.certificate_der,
        )
        self.record(replace(step, duration_ms=seconds * 1000))

    def addresses_of(self, host: str, port: int) -> tuple[Address, ...]:
        """Resolve a host.

        Returns:
            The addresses that may be connected to, in order of preference; never none.

        Raises:
            TransportFailed: unknown, not told in time, or refused by policy.
        """
        started = time.monotonic()
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            found = tuple(ipaddress.ip_address(text) for text in self._resolved(host, port))
            shown = ", ".join(str(address) for address in found[:8])
            allowed = addresses.check(host, found, self._server.allow)
            self._passed(StepName.DNS, f"{host} is {shown}.", started)
            return allowed
        return addresses.check(host, (literal,), self._server.allow)

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread of its own: the system's resolver knows no deadline."""
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._server.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="scep-resolve", daemon=True).start()
        try:
            answer = answers.get(timeout=self.deadline.remaining())
        except (queue.Empty, TimeoutError) as error:
            raise failures.no_name_service(host, self._server.timeout_s) from error
        if isinstance(answer, Exception):
            raise failures.not_resolved(answer, host) from answer
        if not answer:
            raise failures.not_resolved(OSError(), host)
        return answer

    def _connected(self, address: Address, port: int, timeout_s: float) -> TimedSocket:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        sock = TimedSocket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((str(address), port))
            sock.settimeout(self.deadline.remaining())
        except BaseException:
            sock.close()
            raise
        sock.deadline = self.deadline
        return sock

    def _passed(self, name: StepName, fact: str, started: float) -> None:
        seconds = time.monotonic() - started
        self.connecting_s += seconds
        self.record(Step(name, Outcome.PASSED, fact, duration_ms=seconds * 1000))
