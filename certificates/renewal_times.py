"""When a certificate is renewed by itself, and when a renewal that failed is tried again. Pure."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from profiles.spec import Renewal, ScepProfileSpec

JITTER: Final = 0.1
"""Certificates issued together are renewed apart, over this share of the time that then remains."""

FIRST_RETRY: Final = timedelta(minutes=15)
LONGEST_RETRY: Final = timedelta(days=1)
SHORTEST_RETRY: Final = timedelta(minutes=5)

GIVE_UP_AFTER: Final = timedelta(days=30)
"""How long after its end a certificate is still asked for. Before its end none is given up."""

_STEPS: Final = 10_000
_MOST_DOUBLINGS: Final = 10


def due_at(
    spec: ScepProfileSpec, not_before: datetime, not_after: datetime, material: UUID
) -> datetime | None:
    """Return when a certificate is due; the same moment whenever and wherever it is asked for.

    It is never before half of the lifetime, or a certificate that lives for fewer days than the
    profile says would be renewed without end.

    Args:
        spec: the profile that renews it.
        not_before: the beginning of its lifetime.
        not_after: the end of its lifetime.
        material: identifies the certificate; places it within the jitter.

    Returns:
        ``None`` when the profile renews nothing by itself.
    """
    lifetime = not_after - not_before
    if spec.renewal is Renewal.OFF:
        return None
    if spec.renewal is Renewal.PERCENT:
        begin = not_before + lifetime * spec.renewal_percent / 100
    else:
        begin = not_after - timedelta(days=spec.renewal_days)
    begin = max(begin, not_before + lifetime / 2)
    step = material.int % _STEPS
    return begin + (not_after - begin) * JITTER * step / _STEPS


def next_try(tries: int, ended_at: datetime, not_after: datetime) -> datetime:
    """Return when a renewal is tried again.

    The waits double from 15 minutes to a day. Near the end they are an eighth of the time that
    remains, so that a certificate of a few hours has several tries as well. After it there is one a
    day.

    Args:
        tries: how many have failed, at least one.
        ended_at: when the last of them failed.
        not_after: the end of the certificate's lifetime.
    """
    remaining = not_after - ended_at
    if remaining <= timedelta():
        return ended_at + LONGEST_RETRY
    doubled: int = 2 ** min(tries - 1, _MOST_DOUBLINGS)
    wait = min(FIRST_RETRY * doubled, LONGEST_RETRY)
    return ended_at + min(wait, max(remaining / 8, SHORTEST_RETRY))
