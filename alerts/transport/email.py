"""Hand an e-mail to a server (RFC 5321), over TLS unless the profile says otherwise."""

import smtplib
from email.message import EmailMessage
from typing import BinaryIO, Final

from alerts.spec import EmailServer
from alerts.transport.connecting import Reach, SendFailed, secured, told
from scep.transport.dialing import Dialer, TimedSocket

HELLO: Final = "scepadmin"
"""The name given to servers; that of the machine is none of their business."""


MOST_SAID: Final = 64 * 1024
"""Bytes that a server may say in one connection; replies are a few hundred."""


class _Bounded:
    """What a server says, line by line, up to a limit."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = MOST_SAID

    def readline(self, limit: int) -> bytes:
        """Read a line.

        Raises:
            OSError: the server has said too much.
        """
        line = self._stream.readline(limit)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()


class _Smtp(smtplib.SMTP):
    """A connection made by our dialer; every read ends by its deadline."""

    def __init__(self, profile: EmailServer, reach: Reach, dialer: Dialer) -> None:
        super().__init__(local_hostname=HELLO)
        self._profile = profile
        self._reach = reach
        self._dialer = dialer

    def _get_socket(self, host: str, port: int, timeout: float) -> TimedSocket:
        del timeout  # the dialer has a deadline for everything
        sock = self._dialer.dial(host, port)
        if self._profile.protocol == "TLS":
            return secured(sock, host, port, self._reach)
        return sock

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, of lines that are bounded in number and length."""
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()

    def begin_tls(self) -> None:
        """Ask for TLS and begin it; without it nothing more is said."""
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls"):
            raise SendFailed(f"{self._profile.gateway} offers no STARTTLS; nothing was sent.")
        code, words = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        plain = self.sock
        assert isinstance(plain, TimedSocket)  # noqa: S101 - _get_socket made it
        self.sock = secured(plain, self._profile.gateway, self._profile.port, self._reach)
        # What was said before TLS counts no more (RFC 3207 section 4.2).
        self.file = self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False


def deliver(profile: EmailServer, password: str, mail: EmailMessage, reach: Reach) -> str:
    """Hand in an e-mail.

    Returns:
        What the server said, in words.

    Raises:
        SendFailed: it was not taken for every recipient; says why.
    """
    host = profile.gateway
    with told(host), _Smtp(profile, reach, reach.dialer()) as smtp:
        smtp.connect(host, profile.port)
        if profile.protocol == "STARTTLS":
            smtp.begin_tls()
        if profile.username:
            smtp.login(profile.username, password)
        refused = smtp.send_message(mail, profile.sender, list(profile.addresses))
    if refused:
        raise SendFailed(f"{host} took the message, but not for {', '.join(refused)}.")
    return f"{host} took the message for {len(profile.addresses)}."
