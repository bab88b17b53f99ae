"""The web server: gunicorn, one worker with threads, HTTP and HTTPS ports side by side.

gunicorn knows one scheme per process. Here every TLS port has a context of its own, so that
plain and TLS ports, also with different client certificate rules, share one worker, its threads
and its memory. Why one threaded worker: docs/adr, decision on the server.

Nothing here knows Django: the application is loaded in the worker, after the fork.
"""

import copy
import gc
import ssl
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from gunicorn import glogging, http, util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from webui.listeners import listen
from webui.refusals import PlainRefusals

if TYPE_CHECKING:
    from socket import socket

LONGEST_REQUEST_LINE: Final = 8190
"""Bytes; certmonger's GET PKIOperation needs 5,703 for a 4096-bit key. gunicorn's own is 4,094."""

STOP_S: Final = 2
"""How long requests under way may go on after SIGTERM, in seconds."""

LINGER_S: Final = 0.3
"""How long an idle connection is kept after SIGTERM, in seconds."""

FIRST_BYTE_S: Final = 0.5
"""How long a thread waits for a new connection's first byte before it helps another client."""

STALL_S: Final = 30.0
"""How long a client may pause in the middle of a request, a reply or a handshake, in seconds."""

IDLE_S: Final = 15
"""How long a connection is kept open between two requests, in seconds."""

SocketAddress = tuple[Any, ...]
Application = str | Callable[[], Callable[..., Any]]
Hook = str | Callable[[], None]


@dataclass(frozen=True, slots=True)
class PlainPort:
    """An HTTP port.

    Attributes:
        host: address or host name to listen on.
        port: TCP port.
    """

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class TlsPort:
    """An HTTPS port.

    Attributes:
        host: address or host name to listen on.
        port: TCP port.
        certificate: PEM file, the server certificate first, then its chain.
        key: PEM file of its private key.
        client_ca: PEM file of the CAs whose client certificates are accepted. A client may send
            one, it need not; the application reads it from ``environ["gunicorn.socket"]``.
        client_required: a client has to send one.
    """

    host: str
    port: int
    certificate: Path
    key: Path
    client_ca: Path | None = None
    client_required: bool = False

    def context(self) -> ssl.SSLContext:
        """Make the TLS context, once for all connections of this port."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.client_ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        asked = ssl.CERT_REQUIRED if self.client_required else ssl.CERT_OPTIONAL
        context.verify_mode = asked if self.client_ca else ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True)
class WorkerHooks:
    """What the application does at both ends of the worker's life, in the worker.

    Functions, or their names as ``"package.module:function"``; empty for none.

    Attributes:
        started: called once the application is loaded, before the first request; the place to
            start threads.
        stopping: called after the last request of an orderly stop.
    """

    started: Hook = ""
    stopping: Hook = ""


def serve(
    application: Application,
    *,
    plain: Sequence[PlainPort],
    tls: Sequence[TlsPort] = (),
    threads: int = 8,
    hooks: WorkerHooks | None = None,
) -> NoReturn:
    """Serve until SIGTERM or SIGINT, then leave the process.

    The worker is started again if it dies. No thread may run in this process when it is called:
    it forks.

    Args:
        application: ``"package.module:name"`` of the WSGI application, or a function that
            returns it; either way it is loaded in the worker.
        plain: HTTP ports.
        tls: HTTPS ports.
        threads: how many requests are answered at once.
        hooks: what to do in the worker at its start and at its end.
    """
    _Server(application, plain=plain, tls=tls, threads=threads, hooks=hooks or WorkerHooks()).run()
    sys.exit(0)


class _Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """Errors on stderr, without those that a client causes by going silent."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        if not isinstance(sys.exc_info()[1], TimeoutError):
            super().exception(msg, *args, **kwargs)


class _TlsConfig(Config):  # type: ignore[misc]  # gunicorn has no types
    """The worker's settings as a TLS port sees them: requests get the scheme https."""

    is_ssl = True

    def __init__(self, plain: Config) -> None:
        self.__dict__.update(copy.copy(plain.__dict__))


class _Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One client's connection; a client that stalls holds its thread for a bounded time."""

    sock: "socket"
    initialized: bool

    def __init__(
        self, door: "_Door", client_socket: "socket", client: SocketAddress, server: SocketAddress
    ) -> None:
        super().__init__(door.config, client_socket, client, server)
        self.context = door.context
        self.closed = False

    def init(self) -> None:
        """Get ready to read a request: called in a thread of the pool, before each request."""
        self.sock.settimeout(STALL_S)
        if self.initialized:
            return
        self.initialized = True
        if self.context is not None:
            self.sock = self.context.wrap_socket(self.sock, server_side=True)
        self.parser = http.get_parser(self.cfg, self.sock, self.client)

    def wait_for_data(self, timeout: float) -> bool:
        """Wait for the first byte of a new connection."""
        return cast("bool", super().wait_for_data(min(timeout, FIRST_BYTE_S)))

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """Close once, whoever asks."""
        if not self.closed:
            self.closed = True
            super().close(graceful)


@dataclass(frozen=True, slots=True)
class _Door:
    """How connections of one listener are served."""

    config: Config
    context: ssl.SSLContext | None


class _Worker(PlainRefusals):
    """gunicorn's threaded worker, with a door per listener and a quick stop."""

    def init_process(self) -> None:
        app = cast("_Server", self.app)
        doors = [_Door(self.cfg, None) for _ in app.plain]
        doors += [_Door(_TlsConfig(self.cfg), port.context()) for port in app.tls]
        # In the order in which _Server.run opened them.
        self.doors = dict(zip(self.sockets, doors, strict=True))
        super().init_process()

    def accept(self, listener: "socket") -> None:
        """Take a new connection and hand it to the pool."""
        try:
            client_socket, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        door = self.doors[listener]
        self.enqueue_req(_Connection(door, client_socket, client, listener.getsockname()))

    def handle(self, conn: _Connection) -> object:
        """Answer one request, in a thread of the pool."""
        keep = super().handle(conn)
        if not keep:
            # Closing may wait seconds for the client; gunicorn would do it in the thread that
            # accepts connections.
            conn.close(graceful=True)
        return keep

    def _cap_keepalive(self, deadline: float) -> None:
        # Called once, when the stop begins; gunicorn's own linger is 2 s.
        soon = min(deadline, time.monotonic() + LINGER_S)
        super()._cap_keepalive(soon)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, soon)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's view of what is served, and of its settings."""

    def __init__(
        self,
        application: Application,
        *,
        plain: Sequence[PlainPort],
        tls: Sequence[TlsPort],
        threads: int,
        hooks: WorkerHooks,
    ) -> None:
        self.application = application
        self.plain = plain
        self.tls = tls
        self.threads = threads
        self.hooks = hooks
        super().__init__()

    def load_config(self) -> None:
        """Fill gunicorn's settings."""
        settings: dict[str, Any] = {
            "worker_class": _Worker,
            "threads": self.threads,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "keepalive": IDLE_S,
            "graceful_timeout": STOP_S,
            "timeout": 60,
            "control_socket_disable": True,
            "sendfile": False,  # it would send a TLS connection's file in the clear
            "logger_class": _Logger,
            "loglevel": "error",
            "pre_fork": lambda _arbiter, _worker: gc.freeze(),
            "post_worker_init": lambda _worker: _call(self.hooks.started),
            "worker_exit": lambda _arbiter, _worker: _call(self.hooks.stopping),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Listen, then run gunicorn until a signal ends it."""
        arbiter = Arbiter(self)
        ports: list[PlainPort | TlsPort] = [*self.plain, *self.tls]
        arbiter.LISTENERS = [
            listen(port.host, port.port, config=self.cfg, log=arbiter.log) for port in ports
        ]
        arbiter.run()

    def load(self) -> Callable[..., Any]:
        """Load the application; called in the worker."""
        if callable(self.application):
            return self.application()
        return cast("Callable[..., Any]", util.import_app(self.application))


def _call(hook: Hook) -> None:
    if isinstance(hook, str):
        if hook:
            util.import_app(hook)()
    else:
        hook()
