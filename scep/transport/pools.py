"""The seams of requests and urllib3: our dialer in the place of theirs."""

import ssl
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from scep import tls
from scep.transport.dialing import Dialer, TimedSocket


class TlsSocket(TimedSocket, ssl.SSLSocket):  # type: ignore[misc] # same call, names differ
    """A TLS socket whose every read ends by the deadline."""


class _PlainConnection(HTTPConnection):
    dialer: Dialer

    def _new_conn(self) -> TimedSocket:
        return self.dialer.dial(self.host, self.port)


class _TlsConnection(HTTPSConnection):
    dialer: Dialer

    def _new_conn(self) -> TimedSocket:
        return self.dialer.dial(self.host, self.port)

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLError, OSError) as error:
            raise tls.failure(error, self.host, self.port) from error
        # The context makes sockets of this class.
        sock = cast("TlsSocket", self.sock)
        sock.deadline = self.dialer.deadline
        self.dialer.secured(sock, self.host)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection
    dialer: Dialer

    def _new_conn(self) -> Any:  # noqa: ANN401 - urllib3's own type is private
        connection = super()._new_conn()
        connection.dialer = self.dialer  # type: ignore[attr-defined] # it is a _PlainConnection
        return connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
    dialer: Dialer

    def _new_conn(self) -> Any:  # noqa: ANN401 - urllib3's own type is private
        connection = super()._new_conn()
        connection.dialer = self.dialer  # type: ignore[attr-defined] # it is a _TlsConnection
        return connection


class Adapter(HTTPAdapter):
    """Connects through a dialer, with a TLS context that is complete as it is."""

    def __init__(self, dialer: Dialer, context: ssl.SSLContext | None) -> None:
        super().__init__(max_retries=0)
        self._dialer = dialer
        self.poolmanager = PoolManager(1, maxsize=1, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        *_settings: object,
        **_named_settings: object,
    ) -> HTTPConnectionPool:
        """Give the pool for a request; proxies and the session's TLS settings play no part."""
        pool: _PlainPool | _TlsPool = self.poolmanager.connection_from_url(request.url or "")
        pool.dialer = self._dialer
        return pool

    def cert_verify(self, *_settings: object) -> None:
        """Leave trust to the context: the original would add the public CAs to ours."""
