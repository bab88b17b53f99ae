"""The job that sends one message."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from alerts.services import delivering
from alerts.services.delivering import Send
from alerts.transport import send
from jobs.handlers import JobFailed, JobResult, RunningJob, TryAgain


def deliver(job: RunningJob, *, send_with: Send = send) -> JobResult:
    """Send a message; again later while its server is away.

    Raises:
        JobFailed: it is given up.
        TryAgain: the server did not take it now.
    """
    uuid = UUID(job.arguments["delivery"])
    outcome = delivering.attempt(uuid=uuid, at=_now(), send_with=send_with)
    if outcome.is_sent:
        return JobResult(outcome.words)
    if outcome.again_after is None:
        raise JobFailed(outcome.words, "Open the server profile and send a test.")
    raise TryAgain(outcome.words, after=outcome.again_after)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - jobs read the clock
