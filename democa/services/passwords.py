"""One-time passwords: given out on the admin page, taken from requests (scep.md S13)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from democa.issuer import Unacceptable
from democa.models import OneTimePassword
from democa.services import switches
from scep.vocabulary import FailInfo

LIFETIME: Final = timedelta(minutes=60)
_BYTES: Final = 8
_KEPT: Final = timedelta(days=1)
"""How long a spent password is remembered, to tell people why it is refused."""


@dataclass(frozen=True, slots=True)
class FreshPassword:
    """A password that has just been made.

    Attributes:
        text: 16 upper-case hexadecimal digits, as on NDES.
        lifetime_minutes: how long it is good.
    """

    text: str = field(repr=False)
    lifetime_minutes: int


@transaction.atomic
def issue(*, at: datetime) -> FreshPassword | None:
    """Make a one-time password; None when as many as are allowed are open already."""
    OneTimePassword.objects.filter(expires_at__lt=at - _KEPT).delete()
    taken = OneTimePassword.objects.filter(used_at=None, expires_at__gt=at).count()
    if taken >= switches.read().password_max:
        return None
    text = secrets.token_hex(_BYTES).upper()
    OneTimePassword.objects.create(digest=_digest(text), issued_at=at, expires_at=at + LIFETIME)
    return FreshPassword(text, lifetime_minutes=LIFETIME // timedelta(minutes=1))


def check(challenge: str, *, at: datetime) -> OneTimePassword:
    """Return the password that a request carries; it is not consumed.

    The look-up is by a keyed digest, so its timing says nothing about other passwords.

    Raises:
        Unacceptable: there is none, or it is wrong, used or expired.
    """
    if not challenge:
        raise Unacceptable(FailInfo.BAD_REQUEST, "The request carries no challenge password.")
    found = OneTimePassword.objects.filter(digest=_digest(challenge)).first()
    if found is None:
        raise Unacceptable(FailInfo.BAD_REQUEST, "The challenge password is not one of this CA's.")
    if found.used_at is not None:
        raise Unacceptable(FailInfo.BAD_REQUEST, "The challenge password has been used before.")
    if found.expires_at <= at:
        raise Unacceptable(FailInfo.BAD_REQUEST, "The challenge password has expired.")
    return found


def consume(password: OneTimePassword, *, at: datetime) -> None:
    """Mark a password as used; call it last, inside the transaction that grants the request.

    Raises:
        Unacceptable: another request used it in the meantime.
    """
    unused = OneTimePassword.objects.filter(pk=password.pk, used_at=None)
    if not unused.update(used_at=at):
        raise Unacceptable(FailInfo.BAD_REQUEST, "The challenge password has been used before.")


def _digest(text: str) -> str:
    return salted_hmac("democa.one-time-password", text, algorithm="sha256").hexdigest()
