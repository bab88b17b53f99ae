"""Asking for a commit, and fixing what a commit job publishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from configuration import queries
from configuration.changes import changes_from_json, changes_to_json
from configuration.document import ChangedObject, Document
from configuration.loads import FullCommitRequired
from configuration.locking import LockKind
from configuration.models import DESCRIPTION_MAX, FrozenDocument
from configuration.scope import ALL, CommitScope, Plan
from configuration.sections import ObjectProblem
from configuration.services import confirmation, locks
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused
from jobs import services as jobs

NOTHING_TO_COMMIT = "There are no changes to commit."
PROBLEMS_MAX = 20
"""How many reasons one refusal lists."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one commit job publishes.

    Attributes:
        job_id: the job.
        base: number of the revision it starts from; 0 before the first.
        document: the whole configuration to publish.
        changed: its differences from the base; empty when there is nothing to commit.
        last_load: the last load that it settles; 0 for none.
    """

    job_id: int
    base: int
    document: Document
    changed: tuple[ChangedObject, ...]
    last_load: int = 0


class PartialCommitRefused(Refused):
    """Some changes cannot be committed without others.

    Attributes:
        conflicts: why; each names an object, its field, and the other change.
        document: the configuration that would have been running.
    """

    def __init__(self, conflicts: list[ObjectProblem], document: Document) -> None:
        problems = [Problem("", queries.problem_words(one)) for one in conflicts[:PROBLEMS_MAX]]
        if len(conflicts) > PROBLEMS_MAX:
            problems.append(Problem("", f"And {len(conflicts) - PROBLEMS_MAX} more."))
        super().__init__(
            "These changes cannot be committed without others. Nothing was committed.",
            hint="Include what is named, or commit all changes.",
            problems=problems,
        )
        self.conflicts = conflicts
        self.document = document


def commit(
    *,
    by: Actor,
    description: str,
    scope: CommitScope = ALL,
    confirm_within_min: int | None = None,
    at: datetime,
) -> int:
    """Ask for a commit; return the id of the job that carries it out.

    Args:
        by: the admin.
        description: what it is for.
        scope: which changes.
        confirm_within_min: after so many minutes the revision before is restored, unless an admin
            confirms; None never does.
        at: the time.

    Raises:
        AwaitsConfirmation: the last commit must be confirmed or rolled back first.
        Forbidden: the admin may not commit in a location that has changes in the scope, or not what
            others changed there.
        FullCommitRequired: a configuration was loaded, and the scope leaves something out.
        LockHeld: another admin holds a commit lock on a location that has changes in the scope.
        PartialCommitRefused: the changes cannot go without others.
        Refused: there is nothing to commit, the description is too long, or the minutes are not
            1 to 60.
    """
    plan = queries.plan(scope)
    _require_allowed(by, plan)
    _require_full_after_load(scope)
    locks.require_unlocked(by, plan.locations, LockKind.COMMIT)
    if len(description) > DESCRIPTION_MAX:
        message = (
            f"The description has {len(description)} characters; "
            f"at most {DESCRIPTION_MAX} are allowed."
        )
        raise Refused(message, problems=[Problem("description", message)])
    confirmation.require_none_open()
    _require_whole(plan)
    arguments = {"description": description} | confirmation.argument(confirm_within_min)
    with transaction.atomic():
        job_id = jobs.enqueue(
            kind="commit",
            arguments=arguments | _argument(scope),
            by=by,
            at=at,
            description=description,
            queue="commit",
        )
        audit.record(
            kind="commit",
            actor=by,
            text=f"Commit requested: job {job_id}; changed objects: {len(plan.included)}.",
            at=at,
            detail={"job": str(job_id), "description": description} | _scope_named(scope),
        )
    return job_id


def validate(*, by: Actor, scope: CommitScope = ALL, at: datetime) -> int:
    """Ask whether a commit could be carried out; return the id of the job that finds out.

    Raises:
        Forbidden: the admin may not validate in a location that has changes in the scope.
    """
    require(by, Action.VALIDATE)
    for location in sorted(queries.plan(scope).locations):
        require(by, Action.VALIDATE, location)
    return jobs.enqueue(
        kind="validate", arguments=_argument(scope), by=by, at=at, description=str(scope)
    )


def validate_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask for a validation like one that failed; as :func:`validate`."""
    return validate(by=by, scope=CommitScope.from_json(arguments.get("scope", {})), at=at)


def commit_again(arguments: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Ask for a commit like one that failed, of what is pending now; as :func:`commit`.

    Args:
        arguments: of the job that failed.
        by: the admin.
        at: the time.
    """
    return commit(
        by=by,
        description=arguments["description"],
        scope=CommitScope.from_json(arguments.get("scope", {})),
        confirm_within_min=arguments.get("confirm_within_min"),
        at=at,
    )


@transaction.atomic
def freeze(*, job_id: int, scope: CommitScope = ALL, at: datetime) -> Frozen:
    """Fix what a commit job publishes; the same again when it runs a second time.

    Edits made from now on stay pending, as does what the scope leaves out.

    Raises:
        FullCommitRequired: a configuration was loaded, and the scope leaves something out.
        PartialCommitRefused: the changes of the scope cannot go without others.
    """
    # Commit jobs run one after another in the order of their ids: earlier ones have ended.
    FrozenDocument.objects.filter(job_id__lt=job_id).delete()
    row = FrozenDocument.objects.filter(job_id=job_id).first()
    if row is None:
        # Read first: what is loaded from now on is not in the plan for sure.
        last_load = queries.last_load_id() if scope.is_all else 0
        plan = queries.plan(scope)
        _require_full_after_load(scope)
        _require_whole(plan)
        row = FrozenDocument.objects.create(
            job_id=job_id,
            base=plan.base,
            entries=changes_to_json(plan.changed),
            last_load=last_load,
            frozen_at=at,
        )
    changed = tuple(changes_from_json(row.entries))
    document = queries.document_of(row.base).apply(changed)
    return Frozen(job_id, row.base, document, changed, row.last_load)


def _require_allowed(by: Actor, plan: Plan) -> None:
    if not plan.included:
        others = "Other changes are pending: choose them, too." if plan.left_out else ""
        raise Refused(NOTHING_TO_COMMIT, hint=others)
    for location in sorted(plan.locations):
        require(by, Action.COMMIT, location)
    for location in sorted(plan.locations_of_others(by.name)):
        require(by, Action.COMMIT_FOR_OTHERS, location)


def _require_full_after_load(scope: CommitScope) -> None:
    load = None if scope.is_all else queries.pending_load()
    if load is not None:
        raise FullCommitRequired(load)


def _require_whole(plan: Plan) -> None:
    conflicts = queries.plan_conflicts(plan)
    if conflicts:
        raise PartialCommitRefused(conflicts, plan.after)


def _argument(scope: CommitScope) -> dict[str, Any]:
    return {} if scope.is_all else {"scope": scope.to_json()}


def _scope_named(scope: CommitScope) -> dict[str, str]:
    return {} if scope.is_all else {"scope": str(scope)}
