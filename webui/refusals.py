"""What the web server itself refuses, before any application sees it: in plain text, never HTML.

A SCEP client shows people what it got, and cannot read a page (scep.md S26). Nothing here knows
Django.
"""

import contextlib
import ssl
from typing import TYPE_CHECKING, Final

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from socket import socket

_BAD_REQUEST: Final = ("400 Bad Request", "The request cannot be read.")
_FAILED: Final = ("500 Internal Server Error", "The server failed; its log on stderr says why.")
_REFUSALS: Final[dict[type[Exception], tuple[str, str]]] = {
    errors.LimitRequestLine: (
        "414 URI Too Long",
        "The request line is too long. Send the message by POST.",
    ),
    errors.LimitRequestHeaders: (
        "431 Request Header Fields Too Large",
        "The header fields are too many or too long.",
    ),
    errors.UnsupportedTransferCoding: (
        "501 Not Implemented",
        "The transfer coding is not supported. Send the body whole, with a Content-Length.",
    ),
    errors.ExpectationFailed: ("417 Expectation Failed", "The Expect header is not supported."),
}
_CLIENT_ERRORS: Final = (errors.ParseException, ssl.SSLError)


class PlainRefusals(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker with answers that a program can show."""

    def handle_error(
        self,
        req: object,  # noqa: ARG002 - gunicorn's signature
        client: "socket",
        addr: object,  # noqa: ARG002 - gunicorn's signature
        exc: Exception,
    ) -> None:
        """Answer what did not become a request, or what failed below the application."""
        if not isinstance(exc, _CLIENT_ERRORS):
            self.log.exception("The server failed.")  # noqa: LOG004 - gunicorn calls it in one
        with contextlib.suppress(OSError):
            util.write_nonblock(client, answer(exc))


def answer(error: Exception) -> bytes:
    """Write the whole HTTP answer to a request that failed so."""
    otherwise = _BAD_REQUEST if isinstance(error, _CLIENT_ERRORS) else _FAILED
    status, words = _REFUSALS.get(type(error), otherwise)
    body = f"{words}\n"
    head = (
        f"HTTP/1.1 {status}",
        "Connection: close",
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
        "",
        body,
    )
    return "\r\n".join(head).encode("ascii")
