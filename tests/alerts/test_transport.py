"""Alerts over real sockets on loopback: SMTP, syslog, webhooks; honest servers and others."""

import hashlib
import hmac
import queue
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import BinaryIO, Literal

import pytest

from alerts import messages
from alerts.spec import EmailServer, HttpServer, SyslogServer
from alerts.transport import Reach, SendFailed, send
from tests import issuing, loopback
from tests.alerts.workbench import KEY, a_message

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CA = issuing.ca("Alerts test CA")
SERVER = issuing.server(CA, "localhost", "127.0.0.1")
TRUSTING = Reach(trusted_pem=CA.pem.decode(), timeout_s=10)
PASSWORD = "s3cret-password"


@dataclass
class Mailbox:
    """What an SMTP server was told."""

    lines: list[str] = field(default_factory=list)
    mail: str = ""


@dataclass
class Smtp:
    """A small SMTP server: one connection, one message.

    Attributes:
        context: for STARTTLS; None offers none.
        answers: replies that differ from the usual ones, by command.
    """

    box: Mailbox
    context: ssl.SSLContext | None = None
    answers: dict[str, str] = field(default_factory=dict)

    def talk(self, sock: socket.socket, over: threading.Event) -> None:
        """Speak SMTP until the client goes."""
        sock.sendall(b"220 mail ready\r\n")
        stream = sock.makefile("rb")
        while line := stream.readline():
            text = line.decode().strip()
            self.box.lines.append(text)
            command = text.split(" ")[0].upper()
            if command == "DATA":
                sock.sendall(b"354 go on\r\n")
                self._take(stream)
            sock.sendall((self.answers.get(command) or self._usual(command)).encode() + b"\r\n")
            if command == "STARTTLS" and self.context and "STARTTLS" not in self.answers:
                with self.context.wrap_socket(sock, server_side=True) as wrapped:
                    Smtp(self.box, None, self.answers).inside(wrapped, over)
                return

    def inside(self, sock: socket.socket, over: threading.Event) -> None:
        """Go on without a greeting."""
        held = _Silent(sock)
        self.talk(held, over)  # type: ignore[arg-type]  # a socket in all that is used

    def _usual(self, command: str) -> str:
        offers = ["250-mail", "250-AUTH PLAIN"] + (["250-STARTTLS"] if self.context else [])
        return {
            "EHLO": "\r\n".join([*offers, "250 8BITMIME"]),
            "STARTTLS": "220 begin",
            "AUTH": "235 welcome",
            "QUIT": "221 bye",
        }.get(command, "250 fine")

    def _take(self, stream: BinaryIO) -> None:
        while (line := stream.readline()) != b".\r\n":
            self.box.mail += line.decode()


class _Silent:
    """A socket that keeps the greeting back: after STARTTLS there is none."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def sendall(self, data: bytes) -> None:
        if not data.startswith(b"220 mail"):
            self._sock.sendall(data)

    def makefile(self, mode: Literal["rb"]) -> BinaryIO:
        return self._sock.makefile(mode)


def mail_server(port: int, **changes: object) -> EmailServer:
    usual = EmailServer(
        "127.0.0.1", "STARTTLS", port, "fw@example.com", "a@example.com, b@c.example"
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def post_mail(profile: EmailServer, reach: Reach = TRUSTING) -> str:
    return send(profile, {"password": PASSWORD.encode()}, a_message(), AT, reach).words


def test_a_mail_goes_over_starttls_with_sign_in() -> None:
    box = Mailbox()
    smtp = Smtp(box, loopback.tls_context(SERVER))
    with loopback.serve_raw(smtp.talk) as site:
        words = post_mail(mail_server(site.port, username="fw"))

    assert words == "127.0.0.1 took the message for 2."
    commands = [line.split(" ")[0].upper() for line in box.lines]
    assert commands[:3] == ["EHLO", "STARTTLS", "EHLO"]
    assert commands[3] == "AUTH"
    assert [line for line in box.lines if line.startswith("rcpt")] == [
        "rcpt TO:<a@example.com>",
        "rcpt TO:<b@c.example>",
    ]
    assert "Subject: [fw-lab-1] 1 certificate expires within 7 days." in box.mail


def test_a_mail_goes_over_tls_from_the_first_byte() -> None:
    box = Mailbox()
    talk = loopback.inside(loopback.tls_context(SERVER), Smtp(box).talk)
    with loopback.serve_raw(talk) as site:
        post_mail(mail_server(site.port, protocol="TLS"))

    assert "fw-1 (Shared)" in box.mail


def test_a_mail_goes_in_the_clear_only_when_told_so() -> None:
    box = Mailbox()
    with loopback.serve_raw(Smtp(box).talk) as site:
        with pytest.raises(SendFailed, match="offers no STARTTLS"):
            post_mail(mail_server(site.port))
        assert not any(line.lower().startswith("mail") for line in box.lines)

        post_mail(mail_server(site.port, protocol="SMTP"))

    assert "fw-1 (Shared)" in box.mail


@pytest.mark.parametrize("protocol", ["STARTTLS", "TLS"])
def test_a_mail_server_that_is_not_trusted_gets_nothing(protocol: str) -> None:
    box = Mailbox()
    context = loopback.tls_context(SERVER)
    smtp = Smtp(box, context if protocol == "STARTTLS" else None)
    talk = smtp.talk if protocol == "STARTTLS" else loopback.inside(context, smtp.talk)
    with (
        loopback.serve_raw(talk) as site,
        pytest.raises(SendFailed, match="trusted CA"),
    ):
        post_mail(mail_server(site.port, protocol=protocol, username="fw"), Reach(timeout_s=10))

    assert not any(line.upper().startswith(("AUTH", "MAIL")) for line in box.lines)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"AUTH": f"535 no, {PASSWORD} is wrong"}, r"refused the user name and password \(535\)"),
        ({"STARTTLS": "454 not now"}, "454 not now"),
        ({"MAIL": "550 who are you"}, "550 who are you"),
        ({"RCPT": "550 nobody"}, "refused every recipient: a@example.com, b@c.example"),
        ({"EHLO": "500 what", "HELO": "500 what"}, "500 what"),
        ({"EHLO": "250 plain"}, "offers no STARTTLS"),
    ],
    ids=str,
)
def test_what_a_mail_server_refuses_is_told_without_the_password(
    answers: dict[str, str], words: str
) -> None:
    smtp = Smtp(Mailbox(), loopback.tls_context(SERVER), answers)
    with loopback.serve_raw(smtp.talk) as site, pytest.raises(SendFailed, match=words) as refused:
        post_mail(mail_server(site.port, username="fw"))

    assert PASSWORD not in refused.value.fact


def test_a_mail_server_that_takes_it_for_some_only_is_a_failure() -> None:
    box = Mailbox()

    class Picky(Smtp):
        def _usual(self, command: str) -> str:
            second = sum(line.startswith("rcpt") for line in self.box.lines) == 2
            return "550 not b" if command == "RCPT" and second else super()._usual(command)

    with (
        loopback.serve_raw(Picky(box).talk) as site,
        pytest.raises(SendFailed, match="but not for b@c"),
    ):
        post_mail(mail_server(site.port, protocol="SMTP"))


def drip(sock: socket.socket, over: threading.Event) -> None:
    """Send a byte now and then, for ever."""
    while not over.wait(0.05):
        sock.sendall(b"2")


@pytest.mark.parametrize("kind", ["mail", "webhook"])
def test_a_server_that_only_drips_is_given_up_by_the_deadline(kind: str) -> None:
    with loopback.serve_raw(drip) as site:
        profile: EmailServer | HttpServer = (
            mail_server(site.port, protocol="SMTP")
            if kind == "mail"
            else HttpServer("127.0.0.1", "HTTP", site.port, "/")
        )
        with pytest.raises(SendFailed, match="in time"):
            send(profile, {}, a_message(), AT, Reach(timeout_s=0.5))


def flood(sock: socket.socket, over: threading.Event) -> None:
    """Begin a reply that has no end."""
    while not over.is_set():
        sock.sendall(b"220-and\r\n" * 1000)


def test_a_mail_server_that_never_stops_talking_is_cut_off() -> None:
    with loopback.serve_raw(flood) as site, pytest.raises(SendFailed, match="says too much"):
        post_mail(mail_server(site.port, protocol="SMTP"))


def test_a_datagram_is_one_syslog_message() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        profile = SyslogServer("127.0.0.1", "UDP", receiver.getsockname()[1])

        words = send(profile, {}, a_message(), AT, TRUSTING).words

        assert receiver.recv(4096) == messages.to_syslog(a_message(), "LOG_USER")
    assert "confirms nothing" in words


@pytest.mark.parametrize("transport", ["TCP", "SSL"])
def test_on_a_stream_the_syslog_message_has_its_length_before_it(transport: str) -> None:
    got: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def take(sock: socket.socket, over: threading.Event) -> None:
        del over
        whole = b""
        while part := sock.recv(4096):
            whole += part
        got.put(whole)

    talk = loopback.inside(loopback.tls_context(SERVER), take) if transport == "SSL" else take
    with loopback.serve_raw(talk) as site:
        send(SyslogServer("127.0.0.1", transport, site.port), {}, a_message(), AT, TRUSTING)
        assert got.get(timeout=10) == messages.framed(messages.to_syslog(a_message(), "LOG_USER"))


def test_a_syslog_server_that_is_not_trusted_gets_nothing() -> None:
    talk = loopback.inside(loopback.tls_context(SERVER), drip)
    with (
        loopback.serve_raw(talk) as site,
        pytest.raises(SendFailed, match="trusted CA"),
    ):
        send(SyslogServer("127.0.0.1", "SSL", site.port), {}, a_message(), AT, Reach())


@contextmanager
def hook(status: int, *, tls: bool, **headers: str) -> Iterator[tuple[HttpServer, loopback.Site]]:
    """A receiver of webhooks."""
    answer = loopback.Answer(status, b"x" * 100_000, tuple(headers.items()))
    context = loopback.tls_context(SERVER) if tls else None
    with loopback.serve(lambda _: answer, context) as site:
        protocol = "HTTPS" if tls else "HTTP"
        yield HttpServer("127.0.0.1", protocol, site.port, "/in?a=b"), site


@pytest.mark.parametrize("tls", [True, False])
def test_a_webhook_is_posted_with_a_signature_that_can_be_checked(tls: bool) -> None:  # noqa: FBT001 - a parameter
    with hook(204, tls=tls) as (profile, site):
        words = send(profile, {"key": KEY.encode()}, a_message(), AT, TRUSTING).words

    assert words == "127.0.0.1 answered with status 204."
    got = site.requests[0]
    assert (got.method, got.path) == ("POST", "/in?a=b")
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["X-Scepadmin-Delivery"] == a_message().id
    timestamp = got.headers["X-Scepadmin-Timestamp"]
    assert int(timestamp) == int(AT.timestamp())
    signed = f"{timestamp}.".encode() + got.body
    wanted = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert got.headers["X-Scepadmin-Signature"] == f"sha256={wanted}"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_a_failure_and_redirects_are_not_followed(status: int) -> None:
    with hook(status, tls=False, Location="http://169.254.169.254/") as (profile, site):
        with pytest.raises(SendFailed, match=f"status {status}"):
            send(profile, {"key": b"k"}, a_message(), AT, TRUSTING)

        assert len(site.requests) == 1


def test_a_webhook_server_that_is_not_trusted_gets_nothing() -> None:
    with hook(204, tls=True) as (profile, site), pytest.raises(SendFailed, match="trusted CA"):
        send(profile, {"key": b"k"}, a_message(), AT, Reach())

    assert site.requests == []


@pytest.mark.parametrize(
    "profile",
    [
        HttpServer("metadata.example", "HTTP", 80, "/"),
        EmailServer("metadata.example", "SMTP", 25, "a@b.example", "c@d.example"),
        SyslogServer("metadata.example", "TCP", 514),
        SyslogServer("metadata.example", "UDP", 514),
    ],
    ids=["webhook", "mail", "tcp", "udp"],
)
def test_addresses_that_give_secrets_away_are_refused(
    profile: HttpServer | EmailServer | SyslogServer,
) -> None:
    reach = Reach(resolve=lambda _host, _port: ["169.254.169.254"])

    with pytest.raises(SendFailed, match="link-local"):
        send(profile, {}, a_message(), AT, reach)


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(SendFailed, match="refused"):
        send(SyslogServer("127.0.0.1", "TCP", loopback.free_port()), {}, a_message(), AT, Reach())


def test_what_a_server_says_is_one_short_line() -> None:
    assert SendFailed("a\r\nb" + "c" * 500).fact == "a  b" + "c" * 196
