"""Handlers of the jobs that bring certificates."""

from jobs.handlers import JobResult, RunningJob


def generate(job: RunningJob) -> JobResult:
    """Ask the CA for the certificate that an enrollment wants."""
    raise NotImplementedError


def poll(job: RunningJob) -> JobResult:
    """Ask whether the CA has decided about a pending enrollment."""
    raise NotImplementedError
