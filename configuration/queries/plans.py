"""What a commit of some scope would make running, and what stands in its way."""

from configuration import registry
from configuration.dangling import conflicts
from configuration.queries.pending import pending_changes
from configuration.queries.revisions import document_of, running_revision
from configuration.scope import CommitScope, Plan
from configuration.sections import ObjectProblem


def plan(scope: CommitScope) -> Plan:
    """Tell what a commit would make running, as the candidate is now."""
    running = running_revision()
    base = running.number if running else 0
    changes = pending_changes()
    return Plan(
        base=base,
        before=document_of(base),
        included=tuple(one for one in changes if scope.covers(one)),
        left_out=tuple(one for one in changes if not scope.covers(one)),
    )


def plan_conflicts(plan: Plan) -> list[ObjectProblem]:
    """List why the changes of a plan cannot be committed without those that it leaves out."""
    return conflicts(plan, registry.sections())
