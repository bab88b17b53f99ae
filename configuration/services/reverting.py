"""Bringing back what was: revisions, snapshots, what runs, what some admins have changed."""

from datetime import datetime

from django.db import transaction

from configuration import queries
from configuration.document import ChangedObject
from configuration.loads import LoadPlan
from configuration.scope import CommitScope
from configuration.services import loading
from configuration.sources import RUNNING, Source, SourceKind
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Refused

NOTHING_TO_REVERT = "There are no changes to revert."


def load_source(*, source: Source, by: Actor, at: datetime) -> LoadPlan:
    """Load a revision or a snapshot into the candidate, or revert it; as :func:`loading.load`.

    Raises:
        NotFound: there is no such revision or snapshot.
    """
    is_revert = source.kind in {SourceKind.RUNNING, SourceKind.SAVED}
    action = Action.REVERT if is_revert else Action.LOAD
    target = queries.configuration(source)
    return loading.load(target, what=str(source), by=by, at=at, action=action)


@transaction.atomic
def revert_changes(*, scope: CommitScope, by: Actor, at: datetime) -> LoadPlan:
    """Take back what is pending in a scope; everything else in the candidate stays.

    The object is the unit: what several admins changed goes back whole with any of them.

    Raises:
        Forbidden: the admin may not revert there, or not write what is reverted.
        LockHeld: another admin holds a config lock there.
        NotLoaded: an object that stays has a name that one that comes back had.
        Refused: nothing is pending in the scope.
    """
    if scope.is_all:
        return load_source(source=RUNNING, by=by, at=at)
    plan = queries.plan(scope)
    if not plan.included:
        raise Refused(NOTHING_TO_REVERT)
    back = [ChangedObject(one.after, one.before) for one in plan.changed]
    target = queries.candidate_document().apply(back)
    return loading.take_over(
        target, because=f"{scope} reverted", by=by, at=at, action=Action.REVERT
    )
