"""What loading a configuration would do, and the load that the next full commit settles."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from configuration import registry
from configuration.document import Document, Entry, compare
from configuration.loads import LoadPlan, Lost, PendingLoad
from configuration.models import CandidateLoad, RevisionEntry
from configuration.queries.revisions import candidate_document
from configuration.sections import ObjectProblem, Severity
from domain.actions import Action
from domain.actors import Actor
from domain.permissions import may


def load_plan(target: Document) -> LoadPlan:
    """Tell what making the candidate equal to a configuration would change, and what not."""
    return plan_against(candidate_document(), target)


def plan_against(candidate: Document, target: Document) -> LoadPlan:
    """Compare a candidate with the configuration that shall take its place.

    What is in neither the candidate nor the running configuration may be gone for good: the
    sections say so, and it is left out.
    """
    changes = compare(candidate, target)
    fresh = [one.after for one in changes if one.before is None and one.after]
    running = _running() if fresh else frozenset()
    gone = dict(_gone([entry for entry in fresh if entry.uuid not in running]))
    staying = tuple(one for one in changes if one.uuid not in gone)
    return LoadPlan(staying, tuple(gone.values()))


def lost_by(plan: LoadPlan) -> Lost:
    """Name the objects that a plan removes and that no later load can bring back."""
    removed = [one.before for one in plan.changes if one.after is None and one.before]
    running = _running() if removed else frozenset()
    lost = list(_gone(removed))
    return Lost(
        now=tuple(problem for uuid, problem in lost if uuid not in running),
        at_commit=tuple(problem for uuid, problem in lost if uuid in running),
    )


def kept_from(plan: LoadPlan, by: Actor, action: Action) -> str:
    """Say what a plan would change and the admin's role does not allow changing; empty if all."""
    touched = ((registry.section(kind).page, location) for kind, location in plan.places)
    kept = [
        page.contents
        for page, location in touched
        if not (may(by, action, location) and may(by, page.write, location))
    ]
    return f"It would change {', '.join(dict.fromkeys(kept))}." if kept else ""


def pending_load() -> PendingLoad | None:
    """Return the last load that no full commit has settled; None when a part can be committed."""
    row = CandidateLoad.objects.filter(revision=None).order_by("-pk").first()
    return None if row is None else PendingLoad(row.what, row.by, row.at)


def last_load_id() -> int:
    """Return the number of the last load; 0 when there never was one."""
    return CandidateLoad.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _running() -> frozenset[UUID]:
    rows = RevisionEntry.objects.filter(until=None)
    return frozenset(rows.values_list("object_uuid", flat=True))


def _gone(entries: Sequence[Entry]) -> Iterator[tuple[UUID, ObjectProblem]]:
    """Go through the objects that do not come back once no configuration has them."""
    for section in registry.sections():
        asked = {one.uuid: one for one in entries if one.kind == section.kind}
        reasons = section.gone(asked) if asked else {}
        for uuid, entry in asked.items():
            if uuid in reasons:
                place = (entry.kind, entry.location, entry.name)
                yield uuid, ObjectProblem(*place, "", reasons[uuid], Severity.WARNING)
