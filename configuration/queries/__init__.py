"""Reads of the configuration; other apps and views get values from here, never rows."""

from configuration.queries.comparison import changed_objects, pending_count
from configuration.queries.confirmation import (
    ConfirmationBar,
    confirmation_bar,
    open_confirmation,
)
from configuration.queries.loads import last_load_id, load_plan, pending_load, plan_against
from configuration.queries.locks import automatic_commit_lock, lock_count, locks
from configuration.queries.objects import (
    ConfigObject,
    ObjectState,
    candidate,
    candidates,
    counts,
    find_candidate,
    find_running,
    running,
    running_objects,
    running_uuids,
    state_of,
)
from configuration.queries.pending import Change, last_change, pending_changes
from configuration.queries.plans import plan, plan_conflicts
from configuration.queries.problems import problem_url, problem_words
from configuration.queries.references import Place, Use, references, uses
from configuration.queries.revisions import (
    RunningRevision,
    candidate_document,
    document_of,
    entries_of,
    entry_of_candidate,
    revision_of_job,
    running_revision,
    texts,
)
from configuration.queries.snapshots import (
    SnapshotFacts,
    configuration,
    has_snapshot,
    last_saved,
    snapshot_count,
    snapshots,
)
from configuration.queries.versions import ObjectVersion, kinds_of, last_versions, versions_since

__all__ = [
    "Change",
    "ConfigObject",
    "ConfirmationBar",
    "ObjectState",
    "ObjectVersion",
    "PendingChange",
    "Place",
    "RunningRevision",
    "SnapshotFacts",
    "Use",
    "automatic_commit_lock",
    "candidate",
    "candidate_document",
    "candidates",
    "changed_objects",
    "configuration",
    "confirmation_bar",
    "counts",
    "document_of",
    "entries_of",
    "entry_of_candidate",
    "find_candidate",
    "find_running",
    "has_snapshot",
    "kinds_of",
    "last_change",
    "last_load_id",
    "last_saved",
    "last_versions",
    "load_plan",
    "lock_count",
    "locks",
    "open_confirmation",
    "pending_changes",
    "pending_count",
    "pending_load",
    "plan",
    "plan_against",
    "plan_conflicts",
    "problem_url",
    "problem_words",
    "references",
    "revision_of_job",
    "running",
    "running_objects",
    "running_revision",
    "running_uuids",
    "snapshot_count",
    "snapshots",
    "state_of",
    "texts",
    "uses",
    "versions_since",
]
