"""NTLM from the accepting side (MS-NLMP), also inside SPNEGO: handshakes and the file of users.

pyspnego does the cryptography and reads the users; it is imported at the first use (5 MB). Only
NTLMv2 is taken. A handshake belongs to one connection and to nothing else: when it is over, its
state is gone, and the next request signs in anew. (IIS lets the connection stay signed in.)
"""

import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import spnego

MAX_HANDSHAKES: Final = 64
"""Handshakes under way at once; the oldest gives way to a new one."""

MAX_AGE_S: Final = 30.0
"""How long a client may take between the two messages of a handshake, in seconds."""

MAX_MESSAGE_BYTES: Final = 6 * 1024

Connection: TypeAlias = tuple[str, ...]
"""What tells connections apart: the client's address and port, and our own port."""


class SignInRefused(Exception):
    """The message is none, user and password do not fit, or there are no users."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of a message.

    Attributes:
        done: the user is signed in.
        answer: what to send back; may be empty when it is done.
    """

    done: bool
    answer: bytes


def users_file(names: Sequence[str], password: str) -> str:
    r"""Write the users, all with one password, as pyspnego's acceptor reads them (smbpasswd).

    The file holds the password's NT hash, which is as good as the password itself to whoever
    speaks NTLM, and easy to try passwords against.

    Args:
        names: as ``user``, ``DOMAIN\user`` or ``user@domain``.
        password: any text.
    """
    # Not public there, and nowhere else: OpenSSL 3 and later have no MD4.
    from spnego._ntlm_raw.md4 import md4  # noqa: PLC0415 - see above

    nt_hash = md4(password.encode("utf-16-le", "surrogatepass")).hex().upper()
    # Without a real LM hash pyspnego would take zeros for one, which everybody knows.
    lm_hash = secrets.token_hex(16).upper()
    return "".join(f"{name}:0:{lm_hash}:{nt_hash}:[U]:LCT-0\n" for name in names)


@dataclass(frozen=True, slots=True)
class _Pending:
    context: "spnego.ContextProxy"
    started_at: float


class Handshakes:
    """The handshakes under way in this process; any thread may come with the next message."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pending: dict[Connection, _Pending] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pending)

    def take(self, connection: Connection, message: bytes, users: Path) -> Turn:
        """Take a client's message.

        Args:
            connection: on which it came.
            message: NTLM as it is, or inside SPNEGO.
            users: the file that :func:`users_file` wrote.

        Raises:
            SignInRefused: it leads nowhere; the handshake of the connection is over.
        """
        with self._lock:
            pending = self._pending.pop(connection, None)
        if not 0 < len(message) <= MAX_MESSAGE_BYTES:
            raise SignInRefused
        if pending and self._clock() - pending.started_at < MAX_AGE_S:
            turn = _step(pending.context, message)
            if turn:
                return self._keep(connection, pending, turn)
        # A client may begin again on the same connection.
        fresh = _Pending(_acceptor(users), self._clock())
        turn = _step(fresh.context, message)
        if turn is None:
            raise SignInRefused
        return self._keep(connection, fresh, turn)

    def _keep(self, connection: Connection, pending: _Pending, turn: Turn) -> Turn:
        if not turn.done:
            with self._lock:
                while len(self._pending) >= MAX_HANDSHAKES:
                    del self._pending[next(iter(self._pending))]
                self._pending[connection] = pending
        return turn


def _acceptor(users: Path) -> "spnego.ContextProxy":
    import spnego  # noqa: PLC0415 - see above

    if not users.is_file():
        raise SignInRefused
    # This is how pyspnego is told; 5 is NTLMv2 only.
    os.environ["NTLM_USER_FILE"] = str(users)
    os.environ["LM_COMPAT_LEVEL"] = "5"
    options = spnego.NegotiateOptions.use_negotiate
    return spnego.server(protocol="negotiate", options=options)


def _step(context: "spnego.ContextProxy", message: bytes) -> Turn | None:
    """Hand a message on; None when it is refused."""
    try:
        answer = context.step(message)
    except Exception:  # noqa: BLE001 - pyspnego's parser lets out whatever it trips over
        return None
    return Turn(context.complete, answer or b"")
