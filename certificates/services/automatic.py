"""Renewing without being asked: what is due is enqueued, each certificate once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certificates.queries import automatic
from certificates.services import renewal
from certificates.services.renewal import Renewal
from domain.actors import SYSTEM, Actor
from domain.errors import Refused

AT_ONCE: Final = 100
"""How many renewals are enqueued in one go: the rest comes with the next, a minute later."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one certificate that is due.

    Attributes:
        name: the certificate's.
        job_id: the job that renews it; ``None`` when there is none.
        reason: why there is none; empty when there is.
    """

    name: str
    job_id: int | None
    reason: str = ""


def sweep(now: datetime) -> None:
    """Enqueue what is due; called every minute by the process that runs the jobs."""
    for one in ask(by=SYSTEM, at=now):
        if one.reason:
            _log.info("certificate %s is not renewed yet: %s", one.name, one.reason)


def ask(*, by: Actor, at: datetime, limit: int | None = AT_ONCE) -> Iterator[Asked]:
    """Enqueue the renewal of certificates whose time has come, those first that end first.

    However many processes ask at once, each certificate gets one renewal: see
    :func:`certificates.services.renewal.renew`.

    Args:
        by: who asks.
        at: the time.
        limit: of how many at most; ``None`` for all.
    """
    for plan in automatic.due(at)[:limit]:
        wanted = Renewal(plan.entry_uuid, material=plan.material_uuid)
        try:
            done = renewal.renew(wanted=wanted, by=by, at=at)
        except Refused as refusal:
            yield Asked(plan.name, None, f"{refusal.message} {refusal.hint}".strip())
        else:
            yield Asked(plan.name, done.job_id)
