"""What an alert says, and how it is written for each kind of server. Pure.

Names come out of certificates and configurations: control characters in them never reach a
header, a syslog frame or a line of its own.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

MOST_ITEMS: Final = 500
"""Most things that a message lists; it says how many more there are."""

MOST_SYSLOG_BYTES: Final = 2048
"""Longest syslog message: what every receiver takes (RFC 5424 section 6.1)."""

_PEN: Final = 32473
"""The private enterprise number for examples (RFC 5612), in names of structured data."""

_FACILITIES: Final = {"LOG_USER": 1, **{f"LOG_LOCAL{number}": 16 + number for number in range(8)}}


class Event(StrEnum):
    """What an alert is about."""

    EXPIRY = "expiry"
    ENROLLMENT_FAILED = "enrollment-failed"
    RENEWAL_FAILED = "renewal-failed"
    CA_CHANGED = "ca-changed"
    TEST = "test"

    @property
    def severity(self) -> int:
        """How bad it is, by RFC 5424: 3 error, 4 warning, 6 informational."""
        return {Event.EXPIRY: 4, Event.CA_CHANGED: 4, Event.TEST: 6}.get(self, 3)

    @property
    def words(self) -> str:
        """The event as people read it."""
        return self.value.replace("-", " ").capitalize().replace("Ca ", "CA ")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a message tells.

    Attributes:
        name: of the certificate.
        location: where it is, as admins read it.
        text: what is to be told, one sentence.
        not_after: end of the certificate, ISO 8601; empty when that is not the point.
        serial: the certificate's serial number, hexadecimal; may be empty.
    """

    name: str
    location: str
    text: str
    not_after: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """An alert on its way to a server; the same bytes at every attempt.

    Attributes:
        id: unique, for receivers that see it twice.
        headline: one sentence.
        items: at most :data:`MOST_ITEMS`.
        count: of all things told, also those not listed.
        at: when it was written.
    """

    id: str
    event: Event
    headline: str
    items: tuple[Item, ...]
    count: int
    at: datetime
    hostname: str
    serial: str


def to_email(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Write an e-mail; header fields are one line each, whatever stands in names."""
    mail = EmailMessage()
    mail["Subject"] = _line(f"[{message.hostname}] {message.headline}")[:300]
    mail["From"] = _line(sender)
    mail["To"] = ", ".join(_line(one) for one in recipients)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{_word(message.hostname)}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [_line(message.headline), ""]
    lines += [_line(f"- {item.name} ({item.location}): {item.text}") for item in message.items]
    if message.count > len(message.items):
        lines.append(f"- and {message.count - len(message.items)} more")
    lines += ["", f"Device {_line(message.hostname)}, serial number {_line(message.serial)}."]
    mail.set_content("\n".join(lines) + "\n")
    return mail


def to_syslog(message: Message, facility: str) -> bytes:
    """Write a message of RFC 5424, cut to what every receiver takes.

    Args:
        message: the alert.
        facility: ``"LOG_USER"`` or ``"LOG_LOCAL0"`` to ``"LOG_LOCAL7"``.
    """
    priority = _FACILITIES[facility] * 8 + message.event.severity
    at = message.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    facts = {"id": message.id, "event": message.event.value, "count": str(message.count)}
    data = "".join(f' {name}="{_escaped(value)}"' for name, value in facts.items())
    told = "; ".join(f"{item.name} ({item.location}): {item.text}" for item in message.items)
    head = (
        f"<{priority}>1 {at} {_word(message.hostname)} scepadmin - {message.event.value} "
        f"[alert@{_PEN}{data}] "
    )
    text = _line(f"{message.headline} {told}").strip().encode()
    whole = head.encode("ascii", "replace") + b"\xef\xbb\xbf" + text
    # A character must not be cut in two.
    return whole[:MOST_SYSLOG_BYTES].decode("utf-8", "ignore").encode()


def framed(message: bytes) -> bytes:
    """Put the length before a syslog message, for a stream (RFC 6587 section 3.4.1)."""
    return f"{len(message)} ".encode() + message


def to_json(message: Message) -> bytes:
    """Write the body of a webhook."""
    body = {
        "id": message.id,
        "event": message.event.value,
        "headline": message.headline,
        "count": message.count,
        "at": message.at.astimezone(UTC).isoformat(timespec="seconds"),
        "device": {"hostname": message.hostname, "serial": message.serial},
        "items": [
            {
                "name": item.name,
                "location": item.location,
                "text": item.text,
                "not_after": item.not_after or None,
                "serial": item.serial or None,
            }
            for item in message.items
        ],
    }
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def signature(key: bytes, timestamp: int, body: bytes) -> str:
    """Sign a webhook: HMAC-SHA256 over ``<timestamp>.<body>``, as ``sha256=<hex>``.

    Args:
        key: the key both sides know.
        timestamp: seconds since 1970, as in the header; receivers refuse old ones.
        body: as sent.
    """
    mac = hmac.new(key, f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def _line(text: str) -> str:
    """Put a text on one line: everything that is not printable becomes a space."""
    return "".join(one if one.isprintable() else " " for one in text)


def _word(text: str) -> str:
    """Make a host name of a text: visible ASCII (RFC 5424 section 6.2.4); ``-`` for nothing."""
    kept = "".join(one for one in text if one.isascii() and (one.isalnum() or one in ".-"))
    return kept[:255] or "-"


def _escaped(value: str) -> str:
    return _line(value).replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
