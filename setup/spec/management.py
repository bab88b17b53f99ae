"""Device > Setup > Management as cards of fields: names, XML elements, limits, words.

Each card is one object of the configuration, named after it, in the location device. The values
themselves belong to ``device``, which obeys them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from device.spec import AuthenticationSettings, Banners, GeneralSettings, PasswordComplexity

KIND: Final = "management-settings"

GENERAL: Final = "general-settings"
"""The card that has the host name."""

BANNER_MAX: Final = 3200
"""Characters of the login banner, and of the message of the day."""

Value: TypeAlias = GeneralSettings | AuthenticationSettings | PasswordComplexity | Banners


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number.

    Attributes:
        attribute: its name in the value.
        path: its element below the entry, as ``admin-lockout/failed-attempts``.
        label: what the dialog calls it, the unit in brackets.
        maximum: the largest.
        zero: what 0 means; it is allowed beside the range.
        minimum: the smallest besides 0.
    """

    attribute: str
    path: str
    label: str
    maximum: int
    zero: str
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no."""

    attribute: str
    path: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people.

    Attributes:
        max_length: in characters.
        has_lines: whether it may have more than one line.
        is_name: whether the rules of names hold, see :mod:`domain.names`.
    """

    attribute: str
    path: str
    label: str
    max_length: int
    has_lines: bool = False
    is_name: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words."""

    attribute: str
    path: str
    label: str
    choices: tuple[tuple[str, str], ...]


Field: TypeAlias = Number | Switch | Text | Choice


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the page, and the object behind it.

    Attributes:
        name: the object's name, and the last part of the dialog's URL.
        label: the card's heading.
        default: what holds without an object; what equals it has no element.
        fields: in the order of the dialog.
    """

    name: str
    label: str
    default: Value
    fields: tuple[Field, ...]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)


_GENERAL: Final = Card(
    GENERAL,
    "General Settings",
    GeneralSettings(),
    (
        Text("hostname", "hostname", "Hostname", 31, is_name=True),
        Text("login_banner", "login-banner", "Login Banner", BANNER_MAX, has_lines=True),
        Switch(
            "ack_login_banner",
            "ack-login-banner",
            "Force Admins to Acknowledge Login Banner",
        ),
    ),
)

_AUTHENTICATION: Final = Card(
    "authentication-settings",
    "Authentication Settings",
    AuthenticationSettings(),
    (
        Number("idle_timeout_min", "idle-timeout", "Idle Timeout (min)", 1440, "sessions stay"),
        Number(
            "failed_attempts",
            "admin-lockout/failed-attempts",
            "Failed Attempts",
            10,
            "user names are never locked out",
        ),
        Number(
            "lockout_time_min",
            "admin-lockout/lockout-time",
            "Lockout Time (min)",
            60,
            "until another admin unlocks",
        ),
        Number(
            "failed_attempts_per_address",
            "x-scepadmin/failed-attempts-per-address",
            "Failed Attempts per Address",
            100,
            "addresses are never locked out",
        ),
        Number(
            "max_session_count",
            "admin-session/max-session-count",
            "Max Session Count",
            4,
            "no limit",
        ),
        Number(
            "max_session_time_min",
            "admin-session/max-session-time",
            "Max Session Time (min)",
            1499,
            "no limit",
            minimum=60,
        ),
    ),
)

_PASSWORD: Final = Card(
    "password-complexity",
    "Minimum Password Complexity",
    PasswordComplexity(),
    (
        Switch("enabled", "enabled", "Enabled", "Nothing below is asked for unless this is on."),
        Number("minimum_length", "minimum-length", "Minimum Length", 16, "any"),
        Number(
            "minimum_uppercase",
            "minimum-uppercase-letters",
            "Minimum Uppercase Letters",
            15,
            "any",
        ),
        Number(
            "minimum_lowercase",
            "minimum-lowercase-letters",
            "Minimum Lowercase Letters",
            15,
            "any",
        ),
        Number("minimum_numeric", "minimum-numeric-letters", "Minimum Numeric Letters", 15, "any"),
        Number(
            "minimum_special",
            "minimum-special-characters",
            "Minimum Special Characters",
            15,
            "any",
        ),
        Number(
            "block_repeated_characters",
            "block-repeated-characters",
            "Block Repeated Characters",
            15,
            "any number in a row",
            minimum=2,
        ),
        Switch(
            "block_username_inclusion",
            "block-username-inclusion",
            "Block Username Inclusion (including reversed)",
        ),
        Number(
            "new_password_differs_by",
            "new-password-differs-by-characters",
            "New Password Differs By Characters",
            15,
            "none",
        ),
        Switch(
            "change_on_first_login",
            "password-change-on-first-login",
            "Require Password Change on First Login",
        ),
        Number(
            "password_history_count",
            "password-history-count",
            "Prevent Password Reuse Limit",
            50,
            "earlier passwords may come back",
        ),
        Number(
            "change_period_block_days",
            "password-change-period-block",
            "Block Password Change Period (days)",
            365,
            "no block",
        ),
        Number(
            "expiration_period_days",
            "password-change/expiration-period",
            "Required Password Change Period (days)",
            365,
            "passwords do not expire",
        ),
        Number(
            "expiration_warning_days",
            "password-change/expiration-warning-period",
            "Expiration Warning Period (days)",
            30,
            "no warning",
        ),
    ),
)

_BANNERS: Final = Card(
    "banners-and-messages",
    "Banners and Messages",
    Banners(),
    (
        Switch("motd_enabled", "motd-and-banner/motd-enable", "Message of the Day"),
        Text("motd_title", "motd-and-banner/motd-title", "Title", 64),
        Choice(
            "motd_severity",
            "motd-and-banner/severity",
            "Icon",
            (("info", "Information"), ("warning", "Warning"), ("critical", "Critical")),
        ),
        Text("motd_message", "motd-and-banner/message", "Message", BANNER_MAX, has_lines=True),
        Switch(
            "motd_may_be_hidden",
            "motd-and-banner/motd-do-not-display-again",
            "Allow Do Not Display Again",
        ),
    ),
)

CARDS: Final[Mapping[str, Card]] = {
    card.name: card for card in (_GENERAL, _AUTHENTICATION, _BANNERS, _PASSWORD)
}
"""The cards by name, in the order of the page."""
