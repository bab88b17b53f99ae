"""Connections under one deadline, to addresses that may be reached; TLS always verified."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError, ReadTimeoutError

from scep import tls
from scep.addresses import Network
from scep.errors import ScepError
from scep.tls import TlsMaterial
from scep.transport.dialing import Dialer, TimedSocket
from scep.transport.pools import TlsSocket
from scep.transport.server import Resolver, Server, look_up

_WORDS_MAX: Final = 200


class SendFailed(Exception):
    """A server did not take a message.

    Attributes:
        fact: what happened, one sentence on one line; never a secret.
    """

    def __init__(self, fact: str) -> None:
        line = "".join(one if one.isprintable() else " " for one in fact)
        super().__init__(line)
        self.fact = line[:_WORDS_MAX]


@dataclass(frozen=True, slots=True)
class Reach:
    """How servers are reached.

    Attributes:
        trusted_pem: CA certificates trusted beside the public ones, PEM; may be empty.
        timeout_s: for a whole delivery, from the name look-up to the last answer.
        allow: networks that may be reached; None for any but link-local and metadata services.
        resolve: name resolution; tests put their own here.
    """

    trusted_pem: str = ""
    timeout_s: float = 20.0
    allow: tuple[Network, ...] | None = None
    resolve: Resolver = look_up

    def dialer(self) -> Dialer:
        """Return what connects, its clock already running."""
        server = Server("", timeout_s=self.timeout_s, allow=self.allow, resolve=self.resolve)
        dialer = Dialer(server)
        dialer.start(self.timeout_s)
        return dialer

    def tls_context(self) -> ssl.SSLContext:
        """Return the TLS settings: TLS 1.2 or later, chain and host name checked."""
        context = tls.make_context(TlsMaterial(), DEFAULT_CA_BUNDLE_PATH)
        if self.trusted_pem:
            context.load_verify_locations(cadata=self.trusted_pem)
        context.sslsocket_class = TlsSocket
        return context


def secured(sock: TimedSocket, host: str, port: int, reach: Reach) -> TimedSocket:
    """Begin TLS on a connection; its reads go on to end by the deadline.

    Raises:
        TransportFailed: the handshake failed, or the certificate is not trusted.
    """
    try:
        made = reach.tls_context().wrap_socket(sock, server_hostname=host)
    except OSError as error:
        raise tls.failure(error, host, port) from error
    wrapped = cast("TlsSocket", made)  # the context makes sockets of this class
    wrapped.deadline = sock.deadline
    return wrapped


@contextmanager
def told(host: str) -> Iterator[None]:
    """Turn everything that may go wrong on a connection into :class:`SendFailed`."""
    try:
        yield
    except ScepError as error:
        raise SendFailed(error.fact) from error
    except (OSError, HTTPError, smtplib.SMTPException, ValueError) as error:
        raise SendFailed(_words(host, error)) from error


def _words(host: str, error: Exception) -> str:
    if isinstance(error, TimeoutError | ReadTimeoutError) or "timed out" in str(error):
        return f"{host} did not answer in time."
    if isinstance(error, smtplib.SMTPException):
        return _smtp_words(host, error)
    return f"The connection to {host} broke: {error}."


def _smtp_words(host: str, error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # What a server says to a sign-in may repeat it.
        return f"{host} refused the user name and password ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"{host} refused every recipient: {', '.join(error.recipients)}."
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{host} refused the message: {error.smtp_code} {text}"
    return f"{host} did not speak SMTP as expected: {error}"
