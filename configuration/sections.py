"""How other apps plug into the configuration. Pure: protocols and the values they exchange.

A *section* owns one kind of object: ``settings.CONFIG_SECTIONS`` lists them. A *commit step* works
between validation and publishing: ``settings.COMMIT_STEPS`` lists them in order. A *follower* keeps
something else in step with what runs: ``settings.FOLLOWERS`` lists them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from configuration.document import ChangedObject, Document, Entry, Operation
from configuration.transfer import FileObject, FilePlace, Taken
from domain.actions import Page
from domain.actors import Actor
from domain.locations import DEVICE, SHARED, Location
from jobs.handlers import RunningJob

__all__ = [
    "Addition",
    "ChangedObject",
    "CommitRun",
    "CommitStep",
    "Document",
    "Entry",
    "Follower",
    "ObjectProblem",
    "Operation",
    "Reference",
    "Renaming",
    "Section",
    "Severity",
]


class Severity(StrEnum):
    """Whether a problem stops a commit."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ObjectProblem:
    """One rule that an object of the configuration breaks.

    Attributes:
        kind: which section the object belongs to.
        location: where the object stands.
        name: the object's name.
        field: the field meant; empty when the whole object is meant.
        message: what is wrong and what to do, for a person.
        severity: an error stops the commit, a warning does not.
    """

    kind: str
    location: Location
    name: str
    field: str
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Reference:
    """A place where an object names another one.

    Attributes:
        kind: which section the object that refers belongs to.
        by: the object that refers.
        location: where that object stands; from there the name is looked up.
        path: where the name stands, in the words of the product: ``scep -> ndes -> scep-ca-cert``.
        name: the name that stands there.
    """

    kind: str
    by: UUID
    location: Location
    path: str
    name: str

    def __str__(self) -> str:
        is_in_vsys = self.location not in {DEVICE, SHARED}
        vsys = f"vsys -> {self.location.key} -> " if is_in_vsys else ""
        return f"{vsys}{self.path} -> {self.name}"


@dataclass(frozen=True, slots=True)
class Renaming:
    """An object of the candidate that has just got another name.

    Attributes:
        kind: which section the object belongs to.
        old: its name until now.
        new: its name now.
    """

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Addition:
    """An object that a commit step wants published, new or in a new form.

    Attributes:
        uuid: identity; of an object that exists, or a fresh one.
        kind: which section the object belongs to.
        location: where it shall stand.
        name: free in its location, see :meth:`CommitRun.is_free`.
        xml: the object's XML, its ``name`` attribute equal to ``name``.
    """

    uuid: UUID
    kind: str
    location: Location
    name: str
    xml: str


class Section(Protocol):
    """One kind of object and the app that owns it; its methods call the app's services.

    Attributes:
        kind: stable key of the kind, as stored.
        label: the kind in words, singular, as dialogs show it.
        page: whose writing allows editing objects of this kind.
        in_file: where objects of this kind stand in a configuration file.
    """

    kind: str
    label: str
    page: Page
    in_file: FilePlace

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Write the app's own row of an object whose candidate row has just been written."""

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Tidy up before an object's candidate row goes; the app's own row goes with it."""

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        """Say why objects that neither candidate nor running configuration has cannot come back.

        Asked before a configuration is loaded; objects that are not in the answer can.
        """

    def validate(self, document: Document) -> list[ObjectProblem]:
        """List what is wrong with the objects of this kind in a configuration."""

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List names of this kind that an object in ``location`` may refer to."""

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List where objects of this kind name objects of another kind, in a fixed order."""

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List the same for the objects of a configuration, whatever the candidate says."""

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog that shows an object of the candidate; may be empty."""

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Write the new name where a reference of this section has the old one."""

    def to_file(self, entries: Sequence[Entry]) -> Mapping[UUID, str]:
        """Return the XML that a file has of objects, where it is more than their texts.

        Secrets are their UUIDs, as in texts. :class:`configuration.transfer.SameInFiles` is this
        and what follows for kinds that have no more.
        """

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Return what the candidate gets of an object in a file.

        Args:
            one: the object; its secrets are UUIDs of this device, or empty when they are not here.
            is_ours: the file is ours, not one of the product emulated.

        Raises:
            Refused: it is not taken over; the message says why.
        """

    def receive(self, objects: Sequence[FileObject], *, by: Actor, at: datetime) -> None:
        """Store what objects of a file bring beside their texts, unless it is here already.

        Called before they join the candidate, in the same transaction.

        Raises:
            Refused: what they bring is broken, or the admin may not write there.
        """


@dataclass(eq=False, slots=True)
class CommitRun:
    """What a commit step sees of the commit, and how it takes part.

    Attributes:
        job: the job, for lines and progress.
        document: the frozen configuration that is about to be published.
        changed: what it changes in the running configuration, deletions included.
        by: who asked for the commit.
        additions: objects the steps have added so far.
        callbacks: what the publishing transaction will call.
        warnings: how many warnings were given.
    """

    job: RunningJob
    document: Document
    changed: tuple[ChangedObject, ...]
    by: Actor
    additions: list[Addition] = field(default_factory=list)
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    warnings: int = 0

    def add(self, addition: Addition) -> None:
        """Publish an object together with the frozen configuration."""
        self.additions.append(addition)

    def is_free(self, *, kind: str, location: Location, name: str) -> bool:
        """Tell whether no object of the document and no addition has this name."""
        place = (kind, location, name)
        added = any((a.kind, a.location, a.name) == place for a in self.additions)
        return not added and self.document.find(kind, location, name) is None

    def on_publish(self, callback: Callable[[], None]) -> None:
        """Call back inside the transaction that publishes, after all objects are written."""
        self.callbacks.append(callback)

    def warn(self, text: str, hint: str = "") -> None:
        """Tell the admin about something that does not stop the commit."""
        self.warnings += 1
        self.job.say(text, level="warning", hint=hint)


class Follower(Protocol):
    """Something operational that follows the running configuration, such as admins' accounts."""

    def __call__(self, changes: Sequence[ChangedObject], *, by: Actor, at: datetime) -> None:
        """Follow what has just become running; called in the transaction that makes it so.

        Args:
            changes: what the running configuration was changed by.
            by: who committed, or rolled back.
            at: when.
        """


class CommitStep(Protocol):
    """One step of a commit; it may use the network, no transaction is open.

    A step may run a second time for the same commit, after a crash. What it cannot fetch is a
    warning; it raises :class:`jobs.handlers.JobFailed` only where publishing would be wrong.

    Attributes:
        name: the step in a word or two, as the job's lines show it.
    """

    name: str

    def run(self, run: CommitRun) -> None:
        """Do the work."""


def problems_of(sections: Sequence[Section], document: Document) -> list[ObjectProblem]:
    """Ask every section what is wrong with a configuration."""
    return [problem for section in sections for problem in section.validate(document)]
