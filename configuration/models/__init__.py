"""The configuration's rows: the candidate, the texts, and the revisions as intervals.

The design follows git. Texts are content-addressed and immutable. A revision is an immutable list
of entries (object, place, digest). Lists of neighbouring revisions are nearly equal, so they are
stored as intervals: a :class:`RevisionEntry` says from which revision on it holds and which one
ended it. Committing one profile beside 10,000 certificates writes two rows instead of 10,001, and
the list of any revision, old or running, is one indexed query. A row's content never changes; all
that is ever written to it later is its end, once.
"""

from configuration.models.candidate import (
    CandidateLoad,
    CandidateObject,
    ChangeRecord,
    ObjectText,
    Snapshot,
)
from configuration.models.limits import DESCRIPTION_MAX, LOCK_COMMENT_MAX
from configuration.models.locks import LifeCycleSettings, Lock
from configuration.models.revisions import Confirmation, FrozenDocument, Revision, RevisionEntry

__all__ = [
    "DESCRIPTION_MAX",
    "LOCK_COMMENT_MAX",
    "CandidateLoad",
    "CandidateObject",
    "ChangeRecord",
    "Confirmation",
    "FrozenDocument",
    "LifeCycleSettings",
    "Lock",
    "ObjectText",
    "Revision",
    "RevisionEntry",
    "Snapshot",
]
