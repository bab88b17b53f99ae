"""What the web server refuses before the application sees it."""

import socket
import ssl

import pytest
from gunicorn.http import errors

from webui import refusals


class Log:
    """Keeps what was logged."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def exception(self, message: str) -> None:
        self.lines.append(message)


class Worker(refusals.PlainRefusals):
    """A worker that serves nothing."""

    def __init__(self) -> None:
        self.log = Log()


def refused(error: Exception) -> tuple[str, list[str]]:
    """What a client reads, and what the log says."""
    worker = Worker()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        worker.handle_error(None, ours, None, error)
        return theirs.recv(1000).decode("ascii"), worker.log.lines


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.LimitRequestLine(9000, 8190), "414 URI Too Long"),
        (errors.LimitRequestHeaders("too many"), "431 Request Header Fields Too Large"),
        (errors.UnsupportedTransferCoding("gzip"), "501 Not Implemented"),
        (errors.ExpectationFailed("200-maybe"), "417 Expectation Failed"),
        (errors.InvalidRequestLine("<script>"), "400 Bad Request"),
        (ssl.SSLError(1, "handshake"), "400 Bad Request"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_cannot_be_read_is_refused_in_plain_text_and_not_logged(
    error: Exception, status: str
) -> None:
    answer, logged = refused(error)

    head, _, body = answer.partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert lines[0] == f"HTTP/1.1 {status}"
    assert lines[1:] == [
        "Connection: close",
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
    ]
    assert "<" not in body
    assert logged == []


def test_a_failure_of_the_server_is_told_in_plain_text_and_logged() -> None:
    answer, logged = refused(RuntimeError("secret"))

    assert answer.startswith("HTTP/1.1 500 Internal Server Error\r\n")
    assert "secret" not in answer
    assert logged == ["The server failed."]


def test_a_client_that_has_gone_away_harms_nobody() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        Worker().handle_error(None, ours, None, errors.LimitRequestLine(9000, 8190))
