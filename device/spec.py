"""What the device asks of its admins: the values of Device > Setup > Management. Pure.

The configuration holds them (``setup``); what is in force, :func:`device.queries.management`
says. Every default is what a device without such configuration does.
"""

from dataclasses import dataclass, field, replace
from typing import Final

DEFAULT_HOSTNAME: Final = "scepadmin-fw"
"""What a device is called that nobody has named."""

FIPS_CC_PASSWORD_MIN: Final = 8
"""Characters that a password has at least in FIPS-CC mode."""


@dataclass(frozen=True, slots=True)
class GeneralSettings:
    """What the device is called, and what it says before anybody signs in.

    Attributes:
        hostname: in the frame, in alerts and in names of files.
        login_banner: on the sign-in page.
        ack_login_banner: whether nobody signs in without acknowledging it.
    """

    hostname: str = DEFAULT_HOSTNAME
    login_banner: str = ""
    ack_login_banner: bool = False


@dataclass(frozen=True, slots=True)
class AuthenticationSettings:
    """How long sessions last, and how often a password may be wrong.

    Attributes:
        idle_timeout_min: minutes without use after which a session ends; 0 for never.
        failed_attempts: wrong passwords in a row that lock a user name out; 0 for any number.
        lockout_time_min: minutes for which it is locked out; 0 until an admin unlocks it.
        failed_attempts_per_address: wrong passwords, whatever the user name, that lock a network
            address out; 0 for any number. It is never locked out for good.
        max_session_count: sessions that one admin may have at once; 0 for any number.
        max_session_time_min: minutes after which a session ends even in use; 0 for never.
    """

    idle_timeout_min: int = 60
    failed_attempts: int = 0
    lockout_time_min: int = 0
    failed_attempts_per_address: int = 20
    max_session_count: int = 0
    max_session_time_min: int = 0


@dataclass(frozen=True, slots=True)
class PasswordComplexity:
    """What a password has to be, and how long it lasts.

    Counts are of characters and 0 asks for nothing; periods are in days and 0 is for ever.

    Attributes:
        enabled: whether any of this is asked for.
        block_repeated_characters: how often one character may stand in a row; 0 for any number.
        block_username_inclusion: whether the user name, forwards or backwards, is refused.
        new_password_differs_by: characters of the new one that the old one has not.
        password_history_count: so many earlier passwords are refused.
        change_on_first_login: whether a password that somebody else gave must be replaced.
        change_period_block_days: a password that an admin chose stays so long.
        expiration_period_days: a password must be replaced after so long.
        expiration_warning_days: the admin is told so long before.
    """

    enabled: bool = False
    minimum_length: int = 0
    minimum_uppercase: int = 0
    minimum_lowercase: int = 0
    minimum_numeric: int = 0
    minimum_special: int = 0
    block_repeated_characters: int = 0
    block_username_inclusion: bool = False
    new_password_differs_by: int = 0
    password_history_count: int = 0
    change_on_first_login: bool = False
    change_period_block_days: int = 0
    expiration_period_days: int = 0
    expiration_warning_days: int = 0


@dataclass(frozen=True, slots=True)
class Banners:
    """What is said after signing in.

    Attributes:
        motd_enabled: whether the message of the day comes up after signing in.
        motd_severity: ``info``, ``warning`` or ``critical``.
        motd_may_be_hidden: whether an admin may choose not to see it again until it changes.
    """

    motd_enabled: bool = False
    motd_title: str = "Message of the Day"
    motd_message: str = ""
    motd_severity: str = "info"
    motd_may_be_hidden: bool = True


@dataclass(frozen=True, slots=True)
class Management:
    """The settings of Device > Setup > Management that are in force."""

    general: GeneralSettings = field(default_factory=GeneralSettings)
    authentication: AuthenticationSettings = field(default_factory=AuthenticationSettings)
    password: PasswordComplexity = field(default_factory=PasswordComplexity)
    banners: Banners = field(default_factory=Banners)

    def in_fips_cc(self) -> "Management":
        """Return them as FIPS-CC mode has them, which knows no unlimited tries and sessions."""
        given = self.authentication
        rules = self.password if self.password.enabled else PasswordComplexity(enabled=True)
        return replace(
            self,
            authentication=replace(
                given,
                idle_timeout_min=given.idle_timeout_min or 60,
                failed_attempts=given.failed_attempts or 10,
                lockout_time_min=given.lockout_time_min or 5,
                max_session_time_min=given.max_session_time_min or 30 * 24 * 60,
            ),
            password=replace(rules, minimum_length=max(rules.minimum_length, FIPS_CC_PASSWORD_MIN)),
        )
