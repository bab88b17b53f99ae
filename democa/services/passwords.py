"""One-time passwords: given out on the admin page, taken from requests (scep.md S13)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from democa import holder, queries, secrets
from democa.faults import Fault
from democa.holder import Holder, NotUnderstood
from democa.issuer import Unacceptable
from democa.models import EnrollmentRequest, OneTimePassword
from democa.services import switches
from democa.services.writing import writing
from domain.errors import Problem, Refused
from scep.messages import TransactionId
from scep.vocabulary import FailInfo

LIFETIME: Final = timedelta(minutes=60)
_BYTES: Final = 8
_OF_TRANSACTION: Final = 4
"""How many requests of one transaction are looked at; renewals with one key share it."""

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


@writing()
def issue(*, at: datetime, only_for: Holder | None = None) -> FreshPassword | None:
    """Make a one-time password; None when as many as are allowed are open already.

    Args:
        at: the time.
        only_for: who may use it; by default anybody, for any subject, as on NDES.
    """
    _forget(at)
    rules = switches.read()
    if _open(at).count() >= queries.password_max(rules) or rules.fault == Fault.CACHE_FULL:
        return None
    text = token_hex(_BYTES).upper()
    digest = _digest(text)
    OneTimePassword.objects.create(
        digest=digest,
        sealed=secrets.seal(text, belongs_to=digest) if queries.tries_passwords(rules) else b"",
        subject=only_for.subject if only_for else "",
        alternative_names="\n".join(only_for.names) if only_for else "",
        issued_at=at,
        expires_at=at + LIFETIME,
    )
    return FreshPassword(text, lifetime_minutes=LIFETIME // timedelta(minutes=1))


def issue_for(*, subject: str, alternative_names: str, at: datetime) -> FreshPassword:
    """Make a one-time password for one subject only.

    Raises:
        Refused: the subject or the names are not understood, or too many passwords are open.
    """
    try:
        only_for = holder.parse(subject, alternative_names)
    except NotUnderstood as error:
        problem = Problem(error.field, str(error))
        raise Refused("The subject is not understood.", problems=[problem]) from error
    password = issue(at=at, only_for=only_for)
    if password is None:
        message = "As many one-time passwords are open as are allowed."
        raise Refused(message, hint="Use one, or wait until one expires.")
    return password


def check(challenge: str, *, by: Holder, at: datetime) -> OneTimePassword:
    """Return the password that a request carries; it is not consumed.

    The look-up is by a keyed digest, so its timing says nothing about other passwords.

    Args:
        challenge: the password.
        by: for whom the request asks.
        at: the time.

    Raises:
        Unacceptable: there is none, or it is wrong, used, expired, or for somebody else.
    """
    if not challenge:
        raise _refusal("The request carries no challenge password.")
    found = OneTimePassword.objects.filter(digest=_digest(challenge)).first()
    if found is None:
        raise _refusal("The challenge password is not one of this CA's.")
    if found.used_at is not None:
        raise _refusal("The challenge password has been used before.")
    if found.expires_at <= at:
        raise _refusal("The challenge password has expired.")
    only_for = Holder(found.subject, tuple(found.alternative_names.splitlines()))
    if found.subject and only_for != by:
        # Whom it is for is nothing that somebody else has to learn.
        raise _refusal("The challenge password is for another subject or other alternative names.")
    return found


def to_try(transaction_id: TransactionId, *, at: datetime) -> list[str]:
    """Return the passwords that a message may be encrypted with (RFC 8894 section 3.1).

    That of the transaction comes first, which is used up: its client polls with it, and repeats
    a message whose reply was lost. There are as many as read_request tries at most.
    """
    known = EnrollmentRequest.objects.filter(transaction_id=transaction_id)
    known = known.exclude(challenge_sealed=b"").order_by("-pk")[:_OF_TRANSACTION]
    fresh = _open(at).exclude(sealed=b"").order_by("-pk")[: queries.TRIED_MAX]
    sealed = [(bytes(row.challenge_sealed), row.transaction_id) for row in known]
    sealed += [(bytes(row.sealed), row.digest) for row in fresh]
    return [text for one, owner in sealed if (text := secrets.unseal(one, belongs_to=owner))]


def consume(password: OneTimePassword, *, at: datetime) -> None:
    """Mark a password as used; call it last, inside the transaction that grants the request.

    Raises:
        Unacceptable: another request used it in the meantime.
    """
    unused = OneTimePassword.objects.filter(pk=password.pk, used_at=None)
    if not unused.update(used_at=at, sealed=b""):
        raise _refusal("The challenge password has been used before.")


def _open(at: datetime) -> QuerySet[OneTimePassword]:
    return OneTimePassword.objects.filter(used_at=None, expires_at__gt=at)


def _forget(at: datetime) -> None:
    OneTimePassword.objects.filter(expires_at__lt=at - _KEPT).delete()
    OneTimePassword.objects.filter(expires_at__lte=at).exclude(sealed=b"").update(sealed=b"")


def _refusal(text: str) -> Unacceptable:
    return Unacceptable(FailInfo.BAD_REQUEST, text)


def _digest(text: str) -> str:
    return salted_hmac("democa.one-time-password", text, algorithm="sha256").hexdigest()
