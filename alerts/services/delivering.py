"""Send one message, and note what came of it; tried again for hours when a server is away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from alerts.fields import KINDS
from alerts.messages import Message
from alerts.models import Delivery, DeliveryState
from alerts.queries import deliveries, profiles
from alerts.queries.profiles import Target
from alerts.spec import Server
from alerts.transport import Reach, SendFailed, Sent, send
from certificates.queries.trust import trusted_roots_pem
from device import secrets
from domain.errors import Refused

Send: TypeAlias = Callable[[Server, Mapping[str, bytes], Message, datetime, Reach], Sent]

WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""Waits before a message is tried again; about a day in all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to.

    Attributes:
        words: what the server said, or why it failed.
        is_sent: whether a server has taken the message.
        again_after: when to try again; ``None`` for never.
    """

    words: str
    is_sent: bool
    again_after: timedelta | None = None


def attempt(*, uuid: UUID, at: datetime, send_with: Send = send) -> Outcome:
    """Try to send a message; one that is settled already is left alone.

    No transaction is open while the network is used. A process that is killed between the server's
    yes and our note sends the message again: receivers know it by its id.

    Args:
        uuid: of the delivery.
        at: the time.
        send_with: sends; tests put their own here.
    """
    row = Delivery.objects.filter(pk=uuid).first()
    if row is None:
        return Outcome("This message was removed from the log.", is_sent=False)
    if row.state != DeliveryState.WAITING:
        return Outcome(row.result, is_sent=row.state == DeliveryState.SENT)
    return _settled(row, _tried(row, at, send_with), at)


def _tried(row: Delivery, at: datetime, send_with: Send) -> Outcome:
    target = profiles.target(row.target, of_candidate=row.is_test)
    if target is None:
        words = "Its server profile is gone from the running configuration."
        return Outcome(words, is_sent=False)
    try:
        reach = Reach(trusted_pem=trusted_roots_pem())
        said = send_with(target.server, _unsealed(target), deliveries.message(row), at, reach)
    except SendFailed as failure:
        return _failed(row, failure.fact)
    except Refused as refusal:  # its secret cannot be read
        return Outcome(refusal.message, is_sent=False)
    return Outcome(said.words, is_sent=True)


def _failed(row: Delivery, fact: str) -> Outcome:
    is_last = row.is_test or row.attempts >= len(WAITS)
    return Outcome(fact, is_sent=False, again_after=None if is_last else WAITS[row.attempts])


def _settled(row: Delivery, outcome: Outcome, at: datetime) -> Outcome:
    row.attempts += 1
    row.result = outcome.words
    row.next_at = None if outcome.again_after is None else at + outcome.again_after
    if row.next_at is None:
        row.state = DeliveryState.SENT if outcome.is_sent else DeliveryState.FAILED
        row.finished_at = at
    row.save()
    return outcome


def _unsealed(target: Target) -> dict[str, bytes]:
    named = {
        one.attribute: getattr(target.server, one.attribute) for one in KINDS[target.kind].secrets
    }
    return {name: secrets.unseal(uuid) for name, uuid in named.items() if uuid is not None}
