"""Signing in to the challenge page: NTLM, also inside Negotiate, or Basic, as the server asks.

NTLM signs in a connection, not a request. Its first message holds no secret, so it is sent at
once: a request without sign-in before it gains nothing, and breaks the handshake where a proxy
closes the connection after a 401. Basic goes only to a server that offers it and takes no NTLM.
Each page costs the server a one-time password; no step here gets a page that is not used.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from scep.addresses import Origin
from scep.errors import HungUp
from scep.transcript import Recorder
from scep.transport import sign_in_words as words
from scep.transport.dialing import Dialer
from scep.transport.ntlm import Handshake
from scep.transport.server import Credentials
from scep.wire import HttpReply

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PUZZLED: Final = frozenset({400, 403})
"""What some gateways answer to a scheme that they do not know, instead of 401."""

_MAX_OFFER_CHARACTERS: Final = 32 * 1024
"""Most of the WWW-Authenticate headers that is looked at."""

_MAX_SCHEMES: Final = 8

_SCHEME: Final = re.compile(r"(?:^|,)\s{0,10}([A-Za-z][A-Za-z0-9-]{1,30})(?=\s|,|$)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with all its headers."""

    reply: HttpReply
    headers: Mapping[str, str]

    @property
    def offered(self) -> tuple[str, ...]:
        """Sign-in schemes that the server takes, as written; empty unless it wants a sign-in."""
        if self.reply.status != 401:
            return ()
        return tuple(dict.fromkeys(_SCHEME.findall(self._asked)))[:_MAX_SCHEMES]

    def offers(self, scheme: str) -> bool:
        """Tell whether the server wants a sign-in and takes this scheme."""
        return scheme.lower() in {name.lower() for name in self.offered}

    def token(self, scheme: str) -> str:
        """Give the message that came with a scheme; empty when there is none."""
        if self.reply.status != 401:
            return ""
        found = re.search(
            rf"(?:^|,)\s{{0,10}}{scheme}\s{{1,10}}([A-Za-z0-9+/]+={{0,2}})(?=\s|,|$)",
            self._asked,
            re.IGNORECASE,
        )
        return found[1] if found else ""

    @property
    def _asked(self) -> str:
        return self.headers.get("WWW-Authenticate", "")[:_MAX_OFFER_CHARACTERS]


Send: TypeAlias = Callable[[str], Answer]
"""Sends the request with the Authorization header given; an empty one is left out."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sends one request as a user.

    Attributes:
        credentials: the user; they go nowhere else.
        target: where the request goes.
        need_tls: refuse to sign in without TLS.
        known: the scheme that signed in here before; empty at first.
        dialer: makes the connection.
        record: takes warnings.
    """

    credentials: Credentials
    target: Origin
    need_tls: bool
    known: str
    dialer: Dialer
    record: Recorder

    def ask(self, send: Send) -> Answer:
        """Send the request, signed in by what the server takes.

        Raises:
            ChallengeRefused: user or password are wrong, or the server takes nothing we speak.
            UnusableRequest: TLS is a must, and there is none.
            HungUp: the connection did not last as long as the sign-in.
            MalformedReply: the server's part of the sign-in cannot be read.
        """
        if self.need_tls and self.target.scheme != "https":
            raise words.tls_needed()
        if self.known == "Basic":
            return self._basic(send)
        answer = self._ntlm(self.known or "NTLM", send)
        if answer.reply.status in _PUZZLED:
            answer = send("")
        if answer.offers("Negotiate"):
            answer = self._ntlm("Negotiate", send)
        if answer.offers("Basic"):
            answer = self._basic(send)
        if answer.reply.status == 401:
            raise words.not_spoken(answer.offered)
        return answer

    def _ntlm(self, scheme: str, send: Send) -> Answer:
        """Sign in by NTLM; a server that does not take part answers 401 once more."""
        handshake = Handshake(self.credentials, self.target.host)
        answer = send(f"{scheme} {handshake.first()}")
        challenge = answer.token(scheme)
        if not challenge:
            return answer
        response = handshake.respond(challenge, self.dialer.certificate_der)
        if self._in_the_open:
            self.record(words.ntlm_in_the_open(self.target.host))
        if self.need_tls:
            self.record(words.ntlm_is_weak())
        try:
            with self.dialer.held(words.not_kept(self.target.host)):
                answer = send(f"{scheme} {response}")
        except HungUp as error:
            raise words.not_kept(self.target.host) from error
        return _signed_in(answer, scheme)

    def _basic(self, send: Send) -> Answer:
        if self._in_the_open:
            self.record(words.basic_in_the_open(self.target.host))
        pair = f"{self.credentials.user}:{self.credentials.password}"
        return _signed_in(send(f"Basic {base64.b64encode(pair.encode()).decode()}"), "Basic")

    @property
    def _in_the_open(self) -> bool:
        return self.target.scheme == "http" and self.target.host not in _LOOPBACK


def _signed_in(answer: Answer, scheme: str) -> Answer:
    if answer.reply.status == 401:
        raise words.refused(scheme)
    return replace(answer, reply=replace(answer.reply, signed_in_by=scheme))
