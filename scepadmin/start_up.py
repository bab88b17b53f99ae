"""What every way of starting the firewall does first: tables, device, the first admin."""

import secrets
from datetime import datetime
from typing import Final

from django.core.management import call_command

from device import queries as device_queries
from device import services as device
from domain.errors import Refused
from setup.services import accounts

ADMIN: Final = "admin"
"""User name of the first administrator."""


def new_password() -> str:
    """Return a password of 96 random bits, safe to type and to paste."""
    return secrets.token_urlsafe(12)


def prepare(*, password: str, at: datetime) -> str:
    """Bring the database up to date and make sure that somebody can sign in.

    Args:
        password: the admin's password from now on; empty keeps the one there is, and makes one
            at the first start.
        at: the time.

    Returns:
        The password that was set; empty when the one there is was kept.

    Raises:
        Refused: the password breaks a rule of the device; the one there is was kept.
        MasterKeyMissing: secrets exist and the file that protects them is gone.
        MasterKeyWrong: the file is there and is not the one that protects them.
    """
    call_command("migrate", verbosity=0, interactive=False)
    device.initialise(at=at)
    first_start = not device_queries.has_admins()
    chosen = password or (new_password() if first_start else "")
    if first_start:
        device.create_admin(username=ADMIN, password=chosen, at=at)
    accounts.found(at=at)
    if chosen and not first_start and not device_queries.has_password(ADMIN, chosen):
        _set_password(chosen, at=at)
    return chosen


def _set_password(password: str, *, at: datetime) -> None:
    try:
        accounts.set_password(username=ADMIN, password=password, at=at)
    except device.PasswordRefused as refusal:
        reasons = " ".join(problem.message for problem in refusal.problems)
        message = f"The password of {ADMIN} was not changed. {reasons}"
        raise Refused(
            message, hint="Start without a password to keep the present one."
        ) from refusal
