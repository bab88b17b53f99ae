"""A page behind Windows authentication, as IIS has it: pyspnego checks the users."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import spnego
from spnego.channel_bindings import GssChannelBindings

from tests.loopback import Answer, Request

OTP_PAGE = (
    "<HTML>The thumbprint (hash value) for the CA certificate is: "
    "<B> 12345678 9ABCDEF0 12345678 9ABCDEF0 </B> The enrollment challenge password is: "
    "<B> 0123456789ABCDEF </B> This password can be used only once and will expire within 60 "
    "minutes.</HTML>"
).encode("utf-16-le")


def write_users(users: Mapping[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    r"""Give pyspnego's acceptor its users: ``user``, ``DOMAIN\user`` or ``user@domain``."""
    lines = []
    for name, password in users.items():
        domain, _, user = name.rpartition("\\")
        lines.append(f"{domain}:{user}:{password}\n")
    file = folder / "ntlm-users"
    file.write_text("".join(lines), encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", os.fspath(file))


@dataclass
class WindowsPage:
    """Answers as IIS does; the state of a sign-in belongs to its connection.

    Attributes:
        offers: what a 401 offers.
        bindings: the TLS certificate that a response must be bound to.
        close: on which messages of the sign-in it closes the connection: 0, 1 or 2.
        pages: how many pages were given out: on NDES each costs a password.
        connections: the client's ports seen.
    """

    offers: tuple[str, ...] = ("Negotiate", "NTLM")
    bindings: GssChannelBindings | None = None
    close: frozenset[int] = frozenset()
    pages: int = 0
    principals: list[str] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)
    _open: dict[int, spnego.ContextProxy] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        """Answer one message."""
        self.connections.add(request.peer_port)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme not in self.offers or not token:
            return self._refuse(self.offers, close=0 in self.close)
        context = self._open.pop(request.peer_port, None)
        message = base64.b64decode(token)
        if context is None:
            return self._challenge(request.peer_port, scheme, message)
        try:
            context.step(message, channel_bindings=self.bindings)
        except spnego.exceptions.SpnegoError:
            return self._refuse(self.offers)
        self.pages += 1
        self.principals.append(context.client_principal or "")
        headers = (("Content-Type", "text/html"), ("Persistent-Auth", "true"))
        return Answer(200, OTP_PAGE, headers, close=2 in self.close)

    def _challenge(self, peer_port: int, scheme: str, message: bytes) -> Answer:
        options = spnego.NegotiateOptions.use_ntlm
        context = spnego.server(protocol="ntlm", options=options)
        try:
            challenge = context.step(message) or b""
        except ValueError:
            # A response without the state of its connection.
            return self._refuse(self.offers)
        self._open[peer_port] = context
        token = base64.b64encode(challenge).decode()
        return self._refuse((f"{scheme} {token}",), close=1 in self.close)

    @staticmethod
    def _refuse(offers: tuple[str, ...], *, close: bool = False) -> Answer:
        headers = tuple(("WWW-Authenticate", offer) for offer in offers)
        return Answer(401, b"<html>401 - Unauthorized</html>", headers, close=close)
