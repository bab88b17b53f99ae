"""Whole configurations brought into the candidate: what stays out, what is due then. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

from configuration.document import ChangedObject, Operation
from configuration.sections import ObjectProblem
from domain.errors import Refused
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What loading a configuration does to the candidate, or has done.

    Attributes:
        changes: the objects that differ, in the order documents have.
        left_out: objects of the configuration that cannot come back, with the reasons.
    """

    changes: tuple[ChangedObject, ...]
    left_out: tuple[ObjectProblem, ...] = ()

    @property
    def added(self) -> int:
        """How many objects come into the candidate."""
        return self._count(Operation.ADDED)

    @property
    def removed(self) -> int:
        """How many objects leave it."""
        return self._count(Operation.DELETED)

    @property
    def changed(self) -> int:
        """How many objects of it are edited, renamed or moved."""
        return len(self.changes) - self.added - self.removed

    @property
    def places(self) -> tuple[tuple[str, Location], ...]:
        """Kind and location of all that it touches, in order; of what moves, both locations."""
        return tuple(
            sorted({(one.kind, location) for one in self.changes for location in one.locations})
        )

    @property
    def words(self) -> str:
        """The counts in words: ``"1 added, 2 removed"``."""
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed}
        return ", ".join(f"{count} {did}" for did, count in counts.items() if count) or "no change"

    def _count(self, operation: Operation) -> int:
        return sum(change.operation is operation for change in self.changes)


@dataclass(frozen=True, slots=True)
class Lost:
    """Objects that a plan removes and that no later load can bring back.

    Attributes:
        now: those that do not run.
        at_commit: those that run, until the removal is committed.
    """

    now: tuple[ObjectProblem, ...]
    at_commit: tuple[ObjectProblem, ...]


@dataclass(frozen=True, slots=True)
class PendingLoad:
    """A configuration in the candidate that no full commit has made running yet.

    Attributes:
        what: what was loaded, to stand inside a sentence: ``"revision 3"``.
        by: who loaded it.
        at: when.
    """

    what: str
    by: str
    at: datetime

    def __str__(self) -> str:
        when = self.at.astimezone(UTC)
        return f"{self.by} loaded {self.what} at {when:%Y-%m-%d %H:%M:%S} UTC"


class FullCommitRequired(Refused):
    """A configuration was loaded: from then on all changes are committed together."""

    def __init__(self, load: PendingLoad) -> None:
        super().__init__(
            f"{load}. After a load all changes are committed together. Nothing was committed.",
            hint="Commit all changes, or revert to the running configuration.",
        )
