"""Handlers of the jobs that bring certificates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from certificates.services import (
    checking,
    enrollment,
    issuance,
    making,
    outcome,
    refreshing,
    throwaway,
    trial,
)
from certificates.services.exchange import Exchange
from certificates.services.outcome import Standing
from domain.actors import Actor
from jobs.handlers import JobResult, RunningJob

LIVE: Final = Exchange(clock=timezone.now)  # noqa: TID251 - jobs read the clock


def generate(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask the CA for the certificate that an enrollment wants.

    Raises:
        JobFailed: there is no certificate.
    """
    uuid = UUID(job.arguments["enrollment"])
    return _result(issuance.run(uuid=uuid, job=job, exchange=exchange))


def renew(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask the CA for the successor of a certificate, which stays in use until it is there.

    Raises:
        JobFailed: there is no successor.
    """
    return generate(job, exchange=exchange)


def refresh(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask SCEP servers for their CA certificates.

    Raises:
        JobFailed: none gave anything usable.
    """
    return refreshing.run(job=job, exchange=exchange)


def check(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask CAs whether they have revoked certificates.

    Raises:
        JobFailed: none gave anything usable.
    """
    return checking.run(job=job, exchange=exchange)


def make(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Make a certificate, or a request for another CA, on this device.

    Raises:
        JobFailed: it cannot be made.
    """
    made = making.run(job=job, at=exchange.clock())
    url = reverse("certificates:detail", args=[made.entry_uuid])
    return JobResult(made.text, url=url, url_label="Show certificate")


def poll(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Ask whether the CA has decided about a pending enrollment.

    Raises:
        JobFailed: there was no usable answer, or the CA refused.
    """
    uuid, number = UUID(job.arguments["enrollment"]), int(job.arguments["number"])
    return _result(issuance.poll(uuid=uuid, number=number, job=job, exchange=exchange))


def try_out(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Test a profile: every step but the enrollment.

    Raises:
        JobFailed: at least one step failed.
    """
    return trial.run(job=job, exchange=exchange)


def rehearse(job: RunningJob, *, exchange: Exchange = LIVE) -> JobResult:
    """Test a profile, and enroll for a certificate that is thrown away.

    Raises:
        JobFailed: at least one step failed, or the server did not enroll.
    """
    return throwaway.run(job=job, exchange=exchange)


def cancel_test(arguments: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Remove the passwords that were typed for a Test that will not run."""
    del by, at
    trial.forget(arguments)


def cancel_generate(arguments: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Give up the certificate that a cancelled job was to bring."""
    outcome.given_up(uuid=UUID(arguments["enrollment"]), by=by, at=at)


def cancel_poll(arguments: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Poll on demand only from now on."""
    outcome.unscheduled(uuid=UUID(arguments["enrollment"]), by=by, at=at)


def generate_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Request once more the certificate that a failed job did not bring."""
    return enrollment.request_again(uuid=UUID(arguments["enrollment"]), by=by, at=at)


def poll_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Poll once more, now."""
    return enrollment.poll_again(uuid=UUID(arguments["enrollment"]), by=by, at=at)


def check_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask the same CAs once more."""
    return checking.request(uuids=[UUID(one) for one in arguments["profiles"]], by=by, at=at)


def refresh_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask the same servers once more, for an admin."""
    return refreshing.request(uuids=[UUID(one) for one in arguments["profiles"]], by=by, at=at)


def test_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Test or rehearse the same profile once more."""
    return trial.request_again(arguments=arguments, by=by, at=at)


def _result(standing: Standing) -> JobResult:
    url = reverse("certificates:detail", args=[standing.entry_uuid]) if standing.entry_uuid else ""
    return JobResult(standing.text, warning=standing.warning, url=url, url_label="Show certificate")
