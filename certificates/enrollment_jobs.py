"""Handlers of the jobs that bring certificates."""

from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from certificates.services import issuance
from certificates.services.exchange import Exchange
from certificates.services.outcome import Standing
from jobs.handlers import JobResult, RunningJob

LIVE: Final = Exchange(clock=timezone.now)  # noqa: TID251 - jobs read the clock


def generate(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask the CA for the certificate that an enrollment wants.

    Raises:
        JobFailed: there is no certificate.
    """
    uuid = UUID(job.arguments["enrollment"])
    return _result(issuance.run(uuid=uuid, job=job, exchange=exchange))


def poll(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask whether the CA has decided about a pending enrollment.

    Raises:
        JobFailed: there was no usable answer, or the CA refused.
    """
    uuid, number = UUID(job.arguments["enrollment"]), int(job.arguments["number"])
    return _result(issuance.poll(uuid=uuid, number=number, job=job, exchange=exchange))


def _result(standing: Standing) -> JobResult:
    url = reverse("certificates:detail", args=[standing.entry_uuid]) if standing.entry_uuid else ""
    return JobResult(standing.text, warning=standing.warning, url=url, url_label="Show certificate")
