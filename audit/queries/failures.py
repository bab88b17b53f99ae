"""Why exchanges with SCEP servers failed, by the step they failed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Max

from audit.models import TranscriptStep
from domain.locations import Location

_REQUESTS: Final = ("enroll", "renew", "poll")
_FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step in which exchanges failed.

    Attributes:
        name: of the step: ``"DNS"``, ``"PKIOperation"``...
        count: exchanges that failed there.
        fact: what was said of it the last time.
        transcript: the last exchange that failed there.
        at: when.
    """

    name: str
    count: int
    fact: str
    transcript: UUID
    at: datetime


def failed_steps(
    since: datetime, locations: Collection[Location] | None = None
) -> tuple[FailedStep, ...]:
    """Return in which steps requests for certificates failed, the most frequent first; two queries.

    Args:
        since: exchanges that began at this time or later.
        locations: of their profiles; ``None`` for any.
    """
    steps = TranscriptStep.objects.filter(
        outcome=_FAILED,
        transcript__outcome=_FAILED,
        transcript__kind__in=_REQUESTS,
        transcript__started_at__gte=since,
    )
    if locations is not None:
        steps = steps.filter(transcript__location__in=[place.key for place in locations])
    grouped = steps.order_by().values_list("name").annotate(count=Count("pk"), last=Max("pk"))
    counted = {last: (name, count) for name, count, last in grouped}
    last = TranscriptStep.objects.filter(pk__in=counted).defer("sent", "received", "details")
    found = [FailedStep(*counted[step.pk], step.fact, step.transcript_id, step.at) for step in last]
    return tuple(sorted(found, key=lambda step: (-step.count, step.name)))
