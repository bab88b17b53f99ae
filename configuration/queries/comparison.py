"""The candidate against the running configuration, compared by the database.

Only objects with unsettled change records are looked at: see :class:`~.models.ChangeRecord`.
"""

from dataclasses import replace
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from configuration.document import ChangedObject
from configuration.models import CandidateObject, ChangeRecord, RevisionEntry
from configuration.queries.revisions import entry_of_candidate, entry_of_interval


def pending_count() -> int:
    """Count the objects whose candidate differs from the running configuration."""
    changed = changed_candidates().values("uuid")
    return changed.union(removed_entries().values("object_uuid"), all=True).count()


def changed_objects() -> tuple[ChangedObject, ...]:
    """Compare the candidate with the running configuration, in SQL; only differences are read."""
    uuids = changed_candidates().values("uuid")
    intervals = RevisionEntry.objects.filter(until=None, object_uuid__in=uuids)
    running = {row.object_uuid: entry_of_interval(row) for row in intervals}
    changes = {
        row.uuid: ChangedObject(running.get(row.uuid), entry_of_candidate(row))
        for row in changed_candidates()
    }
    deletion = ChangeRecord.objects.filter(object_uuid=OuterRef("object_uuid"))
    last = Subquery(deletion.order_by("-version").values("version")[:1])
    for interval in removed_entries().annotate(last=last):
        entry = replace(entry_of_interval(interval), version=interval.last)
        changes[entry.uuid] = ChangedObject(entry, None)
    return tuple(changes.values())


def changed_candidates() -> QuerySet[CandidateObject]:
    """The candidate rows that are new or differ from their running entry."""
    return CandidateObject.objects.filter(~Exists(equal_interval()), uuid__in=_unsettled())


def removed_entries() -> QuerySet[RevisionEntry]:
    """The running entries whose object is no longer in the candidate."""
    candidates_of_entry = CandidateObject.objects.filter(uuid=OuterRef("object_uuid"))
    open_entries = RevisionEntry.objects.filter(until=None, object_uuid__in=_unsettled())
    return open_entries.filter(~Exists(candidates_of_entry))


def interval_of_candidate() -> QuerySet[RevisionEntry]:
    """The running entry of a candidate row, for use in a subquery."""
    return RevisionEntry.objects.filter(until=None, object_uuid=OuterRef("uuid"))


def equal_interval() -> QuerySet[RevisionEntry]:
    """The running entry that equals a candidate row, for use in a subquery."""
    return interval_of_candidate().filter(
        text=OuterRef("text"), location=OuterRef("location"), name=OuterRef("name")
    )


def _unsettled() -> QuerySet[ChangeRecord, UUID]:
    return ChangeRecord.objects.filter(revision=None).values_list("object_uuid", flat=True)
