"""The commit job: freeze, validate, run the steps, publish.

A process may be killed anywhere in here. What was frozen stays frozen, nothing is running before
the publishing transaction ends, and after it the job has nothing left to do; so running the job
again is always right.
"""

from datetime import datetime

from django.utils import timezone

from configuration import queries, registry, services, validating
from configuration.locking import LockKind
from configuration.scope import CommitScope, locations_of
from configuration.sections import CommitRun
from jobs.handlers import JobResult, RunningJob

COMMITTED = "Configuration committed successfully"


def run(job: RunningJob) -> JobResult:
    """Carry out a commit.

    Raises:
        JobFailed: validation found errors; the running configuration is as before.
        Refused: the configuration changed in a way that this commit no longer fits.
    """
    published = queries.revision_of_job(job.id)
    if published is not None:
        return _finished(job, warnings=published.warnings)
    frozen = _freeze(job)
    if not frozen.changed:
        job.say(services.NOTHING_TO_COMMIT)
        return JobResult(services.NOTHING_TO_COMMIT)
    services.confirmation.require_none_open()
    services.locks.require_unlocked(job.by, locations_of(frozen.changed), LockKind.COMMIT)
    job.say(f"Objects to commit: {len(frozen.changed)}")
    job.progress(5)
    commit_run = CommitRun(job, frozen.document, frozen.changed, job.by)
    commit_run.warnings = validating.validate(
        job, frozen.document, failed="Validation failed; nothing was committed."
    )
    job.progress(10)
    _run_steps(commit_run)
    publication = services.Publication(
        frozen=frozen,
        additions=tuple(commit_run.additions),
        callbacks=tuple(commit_run.callbacks),
        by=job.by,
        description=str(job.arguments.get("description", "")),
        warnings=commit_run.warnings,
        confirm_within_min=int(job.arguments.get("confirm_within_min", 0)),
    )
    services.publish(publication=publication, at=_now())
    return _finished(job, warnings=commit_run.warnings)


def _freeze(job: RunningJob) -> services.Frozen:
    scope = CommitScope.from_json(job.arguments.get("scope", {}))
    try:
        frozen = services.freeze(job_id=job.id, scope=scope, at=_now())
    except services.PartialCommitRefused as refusal:
        raise validating.refused(job, refusal.conflicts, refusal.document) from refusal
    if not scope.is_all:
        job.say(f"Scope: {scope}; other changes stay pending")
    return frozen


def _run_steps(commit_run: CommitRun) -> None:
    steps = registry.commit_steps()
    for position, step in enumerate(steps, start=1):
        commit_run.job.say(step.name)
        step.run(commit_run)
        commit_run.job.progress(10 + 80 * position // len(steps))


def _finished(job: RunningJob, *, warnings: int) -> JobResult:
    job.say(COMMITTED)
    return JobResult(COMMITTED, warning=warnings > 0)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a job reads the clock for the services below it
