"""The fields of server profiles and alert settings: one table for dialog, XML and rules. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from alerts.spec import (
    EMAIL,
    HTTP,
    SETTINGS,
    SYSLOG,
    AlertSettings,
    EmailServer,
    HttpServer,
    SyslogServer,
    Value,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A field with a line of text.

    Attributes:
        attribute: of the value.
        path: of its element below the entry.
        shape: what the text has to be: a key of ``alerts.rules.SHAPES``; empty for any.
    """

    attribute: str
    path: str
    label: str
    max_length: int
    shape: str = ""
    help: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A field with a port number."""

    attribute: str
    path: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A field with one of several words, each with what admins read."""

    attribute: str
    path: str
    label: str
    choices: tuple[tuple[str, str], ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """A field that is on or off."""

    attribute: str
    path: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """A field whose value is sealed.

    Attributes:
        purpose: what it is, in a word or two.
        least: characters that it has at least.
    """

    attribute: str
    path: str
    label: str
    purpose: str
    least: int = 1
    help: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A field that names a server profile of a kind, or none."""

    attribute: str
    path: str
    label: str
    kind: str


Field: TypeAlias = Text | Number | Choice | Switch | Secret | Named


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object.

    Attributes:
        key: as the configuration has it.
        slug: its part of URLs.
        label: in words, singular.
        default: what holds where the XML says nothing.
        fields: in the order of the dialog.
    """

    key: str
    slug: str
    label: str
    default: Value
    fields: tuple[Field, ...]

    @property
    def elements(self) -> Mapping[str, frozenset[str]]:
        """Which elements an entry has, by the path of the element that they stand in."""
        found: dict[str, set[str]] = {}
        for field in self.fields:
            steps = field.path.split("/")
            for place, step in enumerate(steps):
                found.setdefault("/".join(steps[:place]), set()).add(step)
        return {path: frozenset(steps) for path, steps in found.items()}

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The fields whose values are sealed."""
        return tuple(one for one in self.fields if isinstance(one, Secret))


_SERVER: Final = "server/entry"
_FACILITIES: Final = ("LOG_USER", *(f"LOG_LOCAL{number}" for number in range(8)))

_EMAIL: Final = Kind(
    EMAIL,
    "email",
    "Email server profile",
    EmailServer(),
    (
        Text("gateway", f"{_SERVER}/gateway", "Email Gateway", 255, "host"),
        Choice(
            "protocol",
            f"{_SERVER}/protocol",
            "Protocol",
            (("STARTTLS", "SMTP with STARTTLS"), ("TLS", "SMTP over TLS"), ("SMTP", "SMTP, plain")),
            "Server certificates are always verified: against public CAs and the certificates "
            "ticked as Trusted Root CA.",
        ),
        Number("port", f"{_SERVER}/port", "Port", "Usually 587, 465 over TLS, 25 plain."),
        Text("sender", f"{_SERVER}/from", "From", 254, "address"),
        Text("recipients", f"{_SERVER}/to", "To", 1000, "addresses", "Up to 10, with commas."),
        Text("username", f"{_SERVER}/username", "Username", 255, is_required=False),
        Secret("password", f"{_SERVER}/password", "Password", "SMTP password"),
    ),
)
_SYSLOG: Final = Kind(
    SYSLOG,
    "syslog",
    "Syslog server profile",
    SyslogServer(),
    (
        Text("server", f"{_SERVER}/server", "Syslog Server", 255, "host"),
        Choice(
            "transport",
            f"{_SERVER}/transport",
            "Transport",
            (("UDP", "UDP"), ("TCP", "TCP"), ("SSL", "SSL (TLS)")),
        ),
        Number("port", f"{_SERVER}/port", "Port", "Usually 514, 6514 over TLS."),
        Choice(
            "facility",
            f"{_SERVER}/facility",
            "Facility",
            tuple((word, word) for word in _FACILITIES),
            "Messages have the format of RFC 5424 (IETF).",
        ),
    ),
)
_HTTP: Final = Kind(
    HTTP,
    "http",
    "HTTP server profile",
    HttpServer(),
    (
        Text("address", f"{_SERVER}/address", "Address", 255, "host"),
        Choice(
            "protocol", f"{_SERVER}/protocol", "Protocol", (("HTTPS", "HTTPS"), ("HTTP", "HTTP"))
        ),
        Number("port", f"{_SERVER}/port", "Port"),
        Text("path", f"{_SERVER}/x-scepadmin/path", "Path", 1024, "path", "As /hooks/scepadmin."),
        Secret(
            "key",
            f"{_SERVER}/x-scepadmin/key",
            "Signing Key",
            "webhook key",
            16,
            "At least 16 characters. Messages carry an HMAC-SHA256 over time and body.",
        ),
    ),
)
_SETTINGS: Final = Kind(
    SETTINGS,
    "settings",
    "Alert settings",
    AlertSettings(),
    (
        Switch("expiry", "x-scepadmin/expiry", "Certificates expire"),
        Text(
            "days",
            "x-scepadmin/days",
            "Days Before",
            60,
            "days",
            "Up to 8 numbers from 1 to 365. Each certificate is told of once for each, and once "
            "when it has expired.",
        ),
        Switch("enrollment_failed", "x-scepadmin/enrollment-failed", "Enrollments fail"),
        Switch("renewal_failed", "x-scepadmin/renewal-failed", "Renewals fail"),
        Switch("ca_changed", "x-scepadmin/ca-changed", "CA certificates change"),
        Named("email", "x-scepadmin/email", "Email", EMAIL),
        Named("syslog", "x-scepadmin/syslog", "Syslog", SYSLOG),
        Named("http", "x-scepadmin/http", "HTTP", HTTP),
    ),
)

SERVERS: Final[Mapping[str, Kind]] = {one.slug: one for one in (_EMAIL, _SYSLOG, _HTTP)}
"""The kinds of server profiles by their part of URLs."""

KINDS: Final[Mapping[str, Kind]] = {one.key: one for one in (_EMAIL, _SYSLOG, _HTTP, _SETTINGS)}
"""Every kind by its key."""
