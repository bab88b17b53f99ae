"""Send an alert to whatever server a profile names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts import messages
from alerts.messages import Message
from alerts.spec import EmailServer, Server, SyslogServer
from alerts.transport import email, syslog, webhook
from alerts.transport.connecting import Reach


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a server has taken.

    Attributes:
        words: what it said.
    """

    words: str


def send(
    profile: Server, secrets: Mapping[str, bytes], message: Message, at: datetime, reach: Reach
) -> Sent:
    """Send a message.

    Args:
        profile: the server.
        secrets: its secrets by attribute, unsealed.
        message: what to tell.
        at: the time of this attempt.
        reach: how servers are reached.

    Raises:
        SendFailed: the server did not take it; says why.
    """
    if isinstance(profile, EmailServer):
        mail = messages.to_email(message, profile.sender, profile.addresses)
        password = secrets.get("password", b"").decode()
        return Sent(email.deliver(profile, password, mail, reach))
    if isinstance(profile, SyslogServer):
        line = messages.to_syslog(message, profile.facility)
        return Sent(syslog.deliver(profile, line, reach))
    body, timestamp = messages.to_json(message), int(at.timestamp())
    key = secrets.get("key", b"")
    return Sent(webhook.deliver(profile, key, message.id, body, timestamp, reach))
