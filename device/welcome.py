"""What an admin is told right after signing in: the message of the day, a password that expires."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from device import access, password_rules, queries
from device.access import SignInFacts
from device.spec import Banners

_LEVELS: Final = {"info": "info", "warning": "warn", "critical": "error"}


@dataclass(frozen=True, slots=True)
class News:
    """What there is to be told.

    Attributes:
        title: of the dialog.
        message: the message of the day; empty when there is none, or the admin has hidden it.
        severity: of the message: ``info``, ``warning`` or ``critical``.
        digest: what hiding the message remembers.
        may_be_hidden: whether the admin may choose not to see it again.
        password_expires_at: soon; None when it is not soon.
        facts: about earlier sign-ins.
    """

    title: str
    message: str
    severity: str
    digest: str
    may_be_hidden: bool
    password_expires_at: datetime | None
    facts: SignInFacts

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to stop for."""
        return not self.message and self.password_expires_at is None

    @property
    def level(self) -> str:
        """The level of a notice that goes with the severity."""
        return _LEVELS.get(self.severity, "info")


def news(request: HttpRequest, *, at: datetime) -> News:
    """Return what to tell the admin who has signed in.

    Raises:
        PermissionDenied: nobody has.
    """
    admin = access.account(request)
    settings = queries.management()
    banners = settings.banners
    digest = digest_of(banners)
    hidden = banners.motd_may_be_hidden and admin.hidden_message == digest
    message = banners.motd_message if banners.motd_enabled and not hidden else ""
    return News(
        title=banners.motd_title if message else "Welcome",
        message=message,
        severity=banners.motd_severity,
        digest=digest,
        may_be_hidden=bool(message) and banners.motd_may_be_hidden,
        password_expires_at=password_rules.expires_soon(
            settings.password, changed_at=admin.password_changed_at or admin.created_at, at=at
        ),
        facts=access.sign_in_facts(request),
    )


def digest_of(banners: Banners) -> str:
    """Return what tells one message of the day from another, in hexadecimal."""
    words = f"{banners.motd_severity}\0{banners.motd_title}\0{banners.motd_message}"
    return hashlib.sha256(words.encode()).hexdigest()
