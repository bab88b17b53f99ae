"""Send a syslog message: a datagram (RFC 5426), or with its length on a stream (RFC 6587, 5425)."""

import socket

from alerts import messages
from alerts.spec import SyslogServer
from alerts.transport.connecting import Reach, secured, told


def deliver(profile: SyslogServer, message: bytes, reach: Reach) -> str:
    """Send a message. Nobody answers: what was sent may be lost all the same, with UDP silently.

    Returns:
        What was done, in words.

    Raises:
        SendFailed: it could not be sent.
    """
    host = profile.server
    with told(host):
        if profile.transport == "UDP":
            address = reach.dialer().addresses_of(host, profile.port)[0]
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                datagram.sendto(message, (str(address), profile.port))
            return f"Sent to {host} port {profile.port} over UDP, which confirms nothing."
        with reach.dialer().dial(host, profile.port) as plain:
            is_tls = profile.transport == "SSL"
            sock = secured(plain, host, profile.port, reach) if is_tls else plain
            with sock:
                sock.settimeout(plain.deadline.remaining())
                sock.sendall(messages.framed(message))
                # Without this a reset that is on its way would throw the message away.
                sock.shutdown(socket.SHUT_WR)
    return f"Sent to {host} port {profile.port} over {'TLS' if is_tls else 'TCP'}."
