"""Where a session is driven to."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from scep.addresses import Network
from scep.tls import TlsMaterial

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host as text; raises OSError when it cannot."""


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for the addresses of a host, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Credentials:
    r"""User name and password for the challenge page.

    Attributes:
        user: as ``user``, ``DOMAIN\user`` or ``user@domain``.
        password: the password.
    """

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a session is driven to.

    Attributes:
        url: the profile's server URL, or the challenge URL.
        timeout_s: for the whole of one request, connecting included.
        tls: trust and client certificate; None trusts the public CAs.
        credentials: who signs in to the challenge page at ``url``; they go to its scheme, host
            and port and nowhere else.
        credentials_need_tls: refuse to sign in over http, and warn of NTLM: for FIPS-CC mode.
        allow: networks that may be reached; None for any but link-local and metadata services.
        resolve: name resolution; tests put their own here.
    """

    url: str
    timeout_s: float = 20.0
    tls: TlsMaterial | None = None
    credentials: Credentials | None = None
    credentials_need_tls: bool = False
    allow: tuple[Network, ...] | None = None
    resolve: Resolver = look_up
