"""The commit step and the job as tests plug them in: they reach the server of the test at work."""

from certificates import enrollment_jobs
from certificates.commit_step import FetchCaCertificates
from certificates.services.exchange import Exchange
from jobs.handlers import JobResult, RunningJob

exchange: Exchange | None = None


def step() -> FetchCaCertificates:
    """Make the commit step."""
    assert exchange is not None
    return FetchCaCertificates(exchange)


def generate(job: RunningJob) -> JobResult:
    """Run a Generate job."""
    assert exchange is not None
    return enrollment_jobs.generate(job, exchange=exchange)


def broken(job: RunningJob) -> JobResult:
    """Run a Generate job that has a bug."""
    raise ValueError(job.kind)
