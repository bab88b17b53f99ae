"""Server profiles and alert settings as values. Pure."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

EMAIL: Final = "email-server-profile"
SYSLOG: Final = "syslog-server-profile"
HTTP: Final = "http-server-profile"
SETTINGS: Final = "alert-settings"

SETTINGS_NAME: Final = "alerts"
"""Name of the one object with the alert settings."""

NAME_MAX: Final = 31
"""Longest name of a server profile."""


@dataclass(frozen=True, slots=True)
class EmailServer:
    """Where e-mail is handed in, and from whom to whom it goes.

    Attributes:
        protocol: ``"STARTTLS"``, ``"TLS"`` from the first byte, or ``"SMTP"`` without.
        recipients: addresses with commas between them.
        password: UUID of the sealed secret.
    """

    gateway: str = ""
    protocol: str = "STARTTLS"
    port: int = 587
    sender: str = ""
    recipients: str = ""
    username: str = ""
    password: UUID | None = field(default=None, repr=False)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The recipients one by one."""
        return tuple(one.strip() for one in self.recipients.split(",") if one.strip())


@dataclass(frozen=True, slots=True)
class SyslogServer:
    """Where syslog messages go (RFC 5424).

    Attributes:
        transport: ``"UDP"``, ``"TCP"`` or ``"SSL"``, which is TLS.
    """

    server: str = ""
    transport: str = "UDP"
    port: int = 514
    facility: str = "LOG_USER"


@dataclass(frozen=True, slots=True)
class HttpServer:
    """Where webhooks are posted.

    Attributes:
        key: UUID of the sealed key that signs them.
    """

    address: str = ""
    protocol: str = "HTTPS"
    port: int = 443
    path: str = "/"
    key: UUID | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where to post."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.protocol.lower()}://{host}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What is told, and through which server profiles.

    Attributes:
        days: before the end of a certificate, with commas between them.
        email: name of a server profile; empty for none. Likewise ``syslog`` and ``http``.
    """

    days: str = "30, 14, 7, 1"
    expiry: bool = True
    enrollment_failed: bool = True
    renewal_failed: bool = True
    ca_changed: bool = True
    email: str = ""
    syslog: str = ""
    http: str = ""

    @property
    def thresholds(self) -> tuple[int, ...]:
        """The days as numbers; what is no number is left out."""
        parts = (part.strip() for part in self.days.split(","))
        return tuple(int(part) for part in parts if part.isascii() and part.isdecimal())

    @property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """Kind and name of each server profile in use."""
        named = ((EMAIL, self.email), (SYSLOG, self.syslog), (HTTP, self.http))
        return tuple((kind, name) for kind, name in named if name)


Server: TypeAlias = EmailServer | SyslogServer | HttpServer
Value: TypeAlias = Server | AlertSettings
