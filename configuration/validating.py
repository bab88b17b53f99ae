"""Validation: of what a commit is about to publish, and as a job that publishes nothing."""

from typing import Final

from configuration import queries, registry, services
from configuration.document import Document
from configuration.scope import CommitScope
from configuration.sections import ObjectProblem, Severity, problems_of
from jobs.handlers import JobFailed, JobResult, Level, RunningJob

LINES_MAX: Final = 100
"""How many problems are listed; a configuration of thousands may have thousands."""

VALID: Final = "Validation passed"
_REMEDY: Final = "Correct what the details name, and commit again."


def run(job: RunningJob) -> JobResult:
    """Validate what a commit of the job's scope would make running.

    Raises:
        JobFailed: it could not be committed; the lines say why.
    """
    scope = CommitScope.from_json(job.arguments.get("scope", {}))
    plan = queries.plan(scope)
    if not scope.is_all:
        job.say(f"Scope: {scope}; changed objects that stay pending: {len(plan.left_out)}")
    job.say(f"Objects to commit: {len(plan.included)}")
    conflicts = queries.plan_conflicts(plan)
    if conflicts:
        raise refused(job, conflicts, plan.after)
    job.progress(40)
    warnings = validate(job, plan.after, failed="Validation failed.")
    return JobResult(f"{VALID}. Nothing was committed.", warning=warnings > 0)


def validate(job: RunningJob, document: Document, *, failed: str) -> int:
    """List what is wrong with a configuration as lines of a job; return the number of warnings.

    Args:
        job: whose lines.
        document: what to validate.
        failed: what to say first if there are errors.

    Raises:
        JobFailed: there are errors.
    """
    problems = problems_of(registry.sections(), document)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    _list(job, problems, document)
    if errors:
        more = f" Errors in all: {len(errors)}." if len(errors) > 1 else ""
        first = queries.problem_words(errors[0])
        raise JobFailed(f"{failed} {first}{more}", _REMEDY)
    job.say(VALID)
    return len(problems)


def refused(job: RunningJob, conflicts: list[ObjectProblem], document: Document) -> JobFailed:
    """List why changes cannot go without others, and return the failure that says so."""
    _list(job, conflicts, document)
    refusal = services.PartialCommitRefused(conflicts, document)
    return JobFailed(refusal.message, refusal.hint)


def _list(job: RunningJob, problems: list[ObjectProblem], document: Document) -> None:
    """Say errors first: the limit must not hide them behind warnings."""
    ordered = sorted(problems, key=lambda problem: problem.severity is Severity.WARNING)
    for problem in ordered[:LINES_MAX]:
        level: Level = "warning" if problem.severity is Severity.WARNING else "error"
        url = queries.problem_url(problem, document)
        job.say(queries.problem_words(problem), level=level, url=url)
    if len(ordered) > LINES_MAX:
        text = f"{len(ordered)} problems in all; the first {LINES_MAX} are listed."
        job.say(text, hint="Correct these, then validate again.")
