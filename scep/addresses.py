"""Where an admin's URL may lead: schemes, hosts and addresses that are refused.

The server URL of a profile makes this machine connect to wherever an admin says. Cloud metadata
services and link-local neighbours give secrets away to whoever asks from inside, so they are
refused after the name was resolved; an allow-list of networks can narrow it further.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from scep.errors import AddressRefused, UrlUnusable
from scep.transcript import StepName

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle Cloud
        "fd00:ec2::254",  # AWS over IPv6; 169.254.169.254 is link-local
    )
)
_TRANSLATED: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "::/96",  # IPv4-compatible, given up
        "::ffff:0:0:0/96",  # stateless translation
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of a site
    )
)
"""IPv6 networks whose addresses end in the IPv4 address that a translator forwards to."""

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL; the host in lower case, without brackets."""

    scheme: str
    host: str
    port: int

    def allows_redirect_to(self, other: "Origin") -> bool:
        """Tell whether a redirect stays on the same host and never falls to plain HTTP."""
        if self.host != other.host:
            return False
        return other == self or (self.scheme == "http" and other.scheme == "https")


def origin(url: str) -> Origin:
    """Take a URL apart, and refuse what is not a plain http or https URL.

    Raises:
        UrlUnusable: another scheme, no host, a bad port, or a password inside the URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unusable("The URL cannot be read.") from None
    if parts.scheme not in _PORTS:
        raise _unusable("The URL does not begin with http:// or https://.")
    if not host or port == 0 or any(ord(character) <= 0x20 for character in url):
        raise _unusable("The URL has no host, a bad port, or a space in it.")
    if parts.username is not None or parts.password is not None:
        raise _unusable("A user name or password cannot stand in the URL.")
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def check(
    host: str, addresses: Sequence[Address], allow: Sequence[Network] | None
) -> tuple[Address, ...]:
    """Return the addresses that may be connected to, in the order given.

    Args:
        host: what was resolved, for the message.
        addresses: all that the name resolved to; never empty.
        allow: networks that may be reached; None for any.

    Raises:
        AddressRefused: one is link-local or a metadata service, or none is in ``allow``.
    """
    for address in addresses:
        kind = _forbidden(address)
        if kind:
            raise AddressRefused(
                f"{_told(host, address)} is {kind}; connections there are refused.",
                stage=StepName.DNS,
                hint="Use the address that the SCEP server has in your network.",
            )
    allowed = tuple(a for a in addresses if allow is None or any(a in net for net in allow))
    if not allowed:
        raise AddressRefused(
            f"{_told(host, addresses[0])} is outside the networks that may be reached.",
            stage=StepName.DNS,
            hint="Add its network to the allowed networks in the settings.",
        )
    return allowed


def _told(host: str, address: Address) -> str:
    return host if host == str(address) else f"{host} ({address})"


def _forbidden(address: Address) -> str:
    """Say why an address is refused; empty when it is not."""
    inner = _embedded(address) or address
    if inner in _METADATA:
        return "a cloud metadata service"
    if inner.is_link_local:
        return "a link-local address"
    if inner.is_unspecified or inner.is_multicast or int(inner) == 0xFFFFFFFF:
        return "not the address of a server"
    return ""


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, translated)."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _unusable(fact: str) -> UrlUnusable:
    return UrlUnusable(
        fact,
        stage=StepName.DNS,
        hint="A server URL looks like http://server/certsrv/mscep/ or https://server:8443/scep.",
    )
