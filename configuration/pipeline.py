"""The commit job: freeze, validate, run the steps, publish.

A process may be killed anywhere in here. What was frozen stays frozen, nothing is running before
the publishing transaction ends, and after it the job has nothing left to do; so running the job
again is always right.
"""

from datetime import datetime

from django.utils import timezone

from configuration import queries, registry, services
from configuration.locking import LockKind
from configuration.sections import CommitRun, ObjectProblem, Severity, problems_of
from jobs.handlers import JobFailed, JobResult, RunningJob

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
    frozen = services.freeze(job_id=job.id, at=_now())
    if not frozen.changed:
        job.say(services.NOTHING_TO_COMMIT)
        return JobResult(services.NOTHING_TO_COMMIT)
    services.confirmation.require_none_open()
    locations = {change.location for change in frozen.changed}
    services.locks.require_unlocked(job.by, locations, LockKind.COMMIT)
    job.say(f"Objects to commit: {len(frozen.changed)}")
    job.progress(5)
    commit_run = CommitRun(job, frozen.document, frozen.changed, job.by)
    _validate(commit_run)
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


def _validate(commit_run: CommitRun) -> None:
    errors = []
    for problem in problems_of(registry.sections(), commit_run.document):
        if problem.severity is Severity.WARNING:
            commit_run.warn(_words(problem))
        else:
            errors.append(_words(problem))
            commit_run.job.say(errors[-1], level="error")
    if errors:
        more = f" Errors in all: {len(errors)}." if len(errors) > 1 else ""
        raise JobFailed(
            f"Validation failed; nothing was committed. {errors[0]}{more}",
            "Correct what the details name, and commit again.",
        )
    commit_run.job.say("Validation passed")


def _words(problem: ObjectProblem) -> str:
    label = registry.section(problem.kind).label
    subject = f"{label} {problem.name} in {problem.location}"
    return ": ".join(part for part in (subject, problem.field, problem.message) if part)


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
