"""Requests and replies over a kept connection: redirects, sizes, deadlines."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError

from scep import addresses, failures, tls
from scep.addresses import Origin
from scep.client import Session
from scep.errors import HungUp, ScepError, UnusableRequest
from scep.tls import TlsMaterial
from scep.transcript import Outcome, Recorder, Step, drop
from scep.transport import sign_in_words
from scep.transport.dialing import Dialer
from scep.transport.pools import Adapter, TlsSocket
from scep.transport.server import Server
from scep.transport.sign_in import Answer, SignIn
from scep.wire import (
    TOLD_HEADERS,
    HttpReply,
    HttpRequest,
    describe_url,
    join_url,
    read_retry_after,
)

MAX_REDIRECTS: Final = 3

_REDIRECTS: Final = frozenset({301, 302, 307, 308})

_HEADERS: Final = {"User-Agent": "scepadmin", "Accept-Encoding": "identity"}

Waiting: TypeAlias = Callable[[], AbstractContextManager[None]]

ResultT = TypeVar("ResultT")


def drive(session: Session[ResultT], server: Server, *, record: Recorder = drop) -> ResultT:
    """Run a session against a server until it has its result.

    Raises:
        ScepError: the server could not be reached or the session ended without a result; the
            failed step was recorded.
    """
    with Connection(server) as connection:
        return connection.drive(session, record=record)


class Connection:
    """A server to run several sessions against over one kept connection."""

    def __init__(self, server: Server, *, waiting: Waiting = nullcontext) -> None:
        """Begin without a connection.

        Args:
            server: whom to ask.
            waiting: entered while an answer is waited for; gives a block to run it in.
        """
        self._server = server
        self._waiting = waiting
        self._dialer = Dialer(server)
        self._adapters: dict[str, Adapter] = {}
        self._signed_in_by = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for adapter in self._adapters.values():
            adapter.close()

    def drive(self, session: Session[ResultT], *, record: Recorder = drop) -> ResultT:
        """Run a session until it has its result; see :func:`drive`."""
        self._dialer.record = record
        while (request := session.next_request()) is not None:
            session.receive(self._exchange(request, record))
        return session.result

    def _exchange(self, request: HttpRequest, record: Recorder) -> HttpReply:
        started = time.monotonic()
        self._dialer.start(self._server.timeout_s)
        try:
            return self._follow(request, record)
        except ScepError as error:
            if request.optional and isinstance(error, HungUp):
                return HttpReply(0, "", b"")
            elapsed_ms = (time.monotonic() - started) * 1000
            asked = ("Request", failures.request_line(request, self._server.url))
            details = (asked, *error.details)
            record(Step(error.stage, Outcome.FAILED, error.fact, error.hint, details, elapsed_ms))
            raise

    def _follow(self, request: HttpRequest, record: Recorder) -> HttpReply:
        """Send the request, and again where a redirect on the same host leads."""
        addresses.origin(self._server.url)
        url = join_url(self._server.url, request.query)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(request, url)
            reply, target = answer.reply, answer.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not target:
                return reply
            url = self._redirected(request, url, target, reply.status)
            record(failures.redirect_followed(request, url))
        raise failures.too_many_redirects(request)

    def _redirected(self, request: HttpRequest, url: str, target: str, status: int) -> str:
        try:
            wanted = urljoin(url, target)
            allowed = self._may_redirect(addresses.origin(url), addresses.origin(wanted))
        except (ValueError, UnusableRequest) as error:
            raise failures.redirect_refused(request, target, status) from error
        if not allowed:
            raise failures.redirect_refused(request, wanted, status)
        return wanted if urlsplit(wanted).query else join_url(wanted, request.query)

    def _may_redirect(self, here: Origin, there: Origin) -> bool:
        # User name and password go where the admin said, not where the server says.
        return here.allows_redirect_to(there) and (
            self._server.credentials is None or here == there
        )

    def _ask(self, request: HttpRequest, url: str) -> Answer:
        """Send a request, signed in where a user is given: for the challenge page."""
        server = self._server
        if request.query:
            return self._send(request, url)
        if server.credentials is None:
            answer = self._send(request, url)
            if answer.reply.status == 401:
                raise sign_in_words.none_given(answer.offered)
            return answer
        sign_in = SignIn(
            credentials=server.credentials,
            target=addresses.origin(url),
            need_tls=server.credentials_need_tls,
            known=self._signed_in_by,
            dialer=self._dialer,
            record=self._dialer.record,
        )
        answer = sign_in.ask(lambda authorization: self._send(request, url, authorization))
        self._signed_in_by = answer.reply.signed_in_by
        return answer

    def _send(self, request: HttpRequest, url: str, authorization: str = "") -> Answer:
        origin = addresses.origin(url)
        adapter, prepared = self._adapter(origin.scheme), _prepared(request, url, authorization)
        started, begun = time.monotonic(), False
        try:
            with self._waiting(), self._answered(adapter, prepared) as response:
                begun = True
                body = response.raw.read(request.max_reply_bytes + 1, decode_content=True)
                elapsed_ms = (time.monotonic() - started - self._dialer.connecting_s) * 1000
        except (OSError, HTTPError) as error:
            timeout_s = self._server.timeout_s
            raise failures.broken(error, request, origin, timeout_s, begun=begun) from error
        headers = response.headers
        reply = HttpReply(
            status=response.status_code,
            content_type=headers.get("Content-Type", "")[:200],
            body=body[: request.max_reply_bytes],
            truncated=len(body) > request.max_reply_bytes,
            elapsed_ms=elapsed_ms,
            retry_after_s=read_retry_after(headers.get("Retry-After", "")[:64], datetime.now(UTC)),
            url=describe_url(url),
            headers=tuple((name, headers[name][:200]) for name in TOLD_HEADERS if name in headers),
        )
        return Answer(reply, headers)

    def _answered(self, adapter: Adapter, prepared: requests.PreparedRequest) -> requests.Response:
        remaining = self._dialer.deadline.remaining()
        return adapter.send(prepared, stream=True, timeout=(remaining, remaining))

    def _adapter(self, scheme: str) -> Adapter:
        if scheme not in self._adapters:
            context = None
            if scheme == "https":
                material = self._server.tls or TlsMaterial()
                context = tls.make_context(material, DEFAULT_CA_BUNDLE_PATH)
                context.sslsocket_class = TlsSocket
            self._adapters[scheme] = Adapter(self._dialer, context)
        return self._adapters[scheme]


def _prepared(request: HttpRequest, url: str, authorization: str) -> requests.PreparedRequest:
    # Without a session: its cookies, proxies and redirects are not wanted, and cost time.
    headers = {**_HEADERS, "Content-Type": request.content_type, "Authorization": authorization}
    return requests.Request(
        request.method,
        url,
        data=request.body or None,
        headers={name: value for name, value in headers.items() if value},
    ).prepare()
