"""What loading a configuration would do, and the load that the next full commit settles."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from configuration import registry
from configuration.document import Document, Entry, compare
from configuration.loads import LoadPlan, PendingLoad
from configuration.models import CandidateLoad, RevisionEntry
from configuration.queries.revisions import candidate_document
from configuration.sections import ObjectProblem, Severity


def load_plan(target: Document) -> LoadPlan:
    """Tell what making the candidate equal to a configuration would change, and what not."""
    return plan_against(candidate_document(), target)


def plan_against(candidate: Document, target: Document) -> LoadPlan:
    """Compare a candidate with the configuration that shall take its place.

    What is in neither the candidate nor the running configuration may be gone for good: the
    sections say so, and it is left out.
    """
    changes = compare(candidate, target)
    gone = dict(_gone([one.after for one in changes if one.before is None and one.after]))
    staying = tuple(one for one in changes if one.uuid not in gone)
    return LoadPlan(staying, tuple(gone.values()))


def pending_load() -> PendingLoad | None:
    """Return the last load that no full commit has settled; None when a part can be committed."""
    row = CandidateLoad.objects.filter(revision=None).order_by("-pk").first()
    return None if row is None else PendingLoad(row.what, row.by, row.at)


def last_load_id() -> int:
    """Return the number of the last load; 0 when there never was one."""
    return CandidateLoad.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _gone(fresh: Sequence[Entry]) -> Iterator[tuple[UUID, ObjectProblem]]:
    """Go through the objects that would be added and cannot be."""
    rows = RevisionEntry.objects.filter(until=None).values_list("object_uuid", flat=True)
    running = set(rows) if fresh else set()
    for section in registry.sections():
        asked = {one.uuid: one for one in fresh if one.kind == section.kind}
        reasons = section.gone(asked.keys() - running) if asked else {}
        for uuid, entry in asked.items():
            if uuid in reasons:
                place = (entry.kind, entry.location, entry.name)
                yield uuid, ObjectProblem(*place, "", reasons[uuid], Severity.WARNING)
