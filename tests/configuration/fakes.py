"""An app that plugs into the configuration: its notes are objects, its step adds stamps.

A note that says "see a" refers to the note a. What a note's text says decides what validation and
the step do with it, so tests need no state.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from configuration import queries, services
from configuration.sections import (
    Addition,
    CommitRun,
    Document,
    ObjectProblem,
    Operation,
    Reference,
    Renaming,
    Severity,
)
from configuration.transfer import FilePlace, SameInFiles
from domain.actions import Page
from domain.actors import Actor
from domain.locations import Location
from jobs.handlers import JobFailed, JobResult, Level, RunningJob

MARIA = Actor(name="maria")
PAUL = Actor(name="paul")


def note(name: str, text: str = "") -> str:
    """The XML of a note."""
    return f'<entry name="{name}"><text>{text}</text></entry>'


class NoteSection(SameInFiles):
    """Owns the kind ``note``; remembers what it was asked to do."""

    kind = "note"
    label = "Note"
    page = Page.SCEP
    in_file = FilePlace("notes", secrets={"code": "code"})

    def __init__(self) -> None:
        self.restored: list[tuple[UUID, Location, str, str]] = []
        self.removed: list[tuple[UUID, datetime]] = []
        self.lost: set[UUID] = set()

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        self.restored.append((uuid, location, name, xml))

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        self.removed.append((uuid, at))

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        return {uuid: "It is gone for good." for uuid in uuids if uuid in self.lost}

    def validate(self, document: Document) -> list[ObjectProblem]:
        severities = {"wrong": Severity.ERROR, "odd": Severity.WARNING}
        return [
            ObjectProblem("note", e.location, e.name, "text", f"It says {word}.", severity)
            for e, xml in document.texts(self.kind)
            for word, severity in severities.items()
            if f"<text>{word}</text>" in xml
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        return [purpose, location.key]

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        pages = [
            (item, name)
            for item in queries.candidates(self.kind)
            for name in names
            if kind == "note" and f"<text>see {name}</text>" in item.xml
        ]
        return [
            Reference(item.kind, item.uuid, item.location, f"{item.kind} -> {item.name}", name)
            for item, name in pages
        ]

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        return [
            Reference(self.kind, e.uuid, e.location, f"{self.kind} -> {e.name} -> text", name)
            for e, xml in document.texts(self.kind)
            for name in names
            if kind == "note" and f"<text>see {name}</text>" in xml
        ]

    def url(self, *, uuid: UUID) -> str:
        return f"/notes/{uuid}/"

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        referring = queries.candidate(reference.by)
        assert referring is not None
        services.put(
            kind=referring.kind,
            location=referring.location,
            name=referring.name,
            xml=note(referring.name, f"see {renaming.new}"),
            by=by,
            at=at,
            uuid=referring.uuid,
        )


class StampSection(NoteSection):
    """Owns the kind ``stamp``, which only the step adds."""

    kind = "stamp"
    label = "Stamp"
    page = Page.CERTIFICATES
    in_file = FilePlace("stamps")


class StampStep:
    """Adds a stamp for each changed note that asks for one."""

    name = "Stamp notes"

    def run(self, run: CommitRun) -> None:
        for change in run.changed:
            if change.kind != "note" or change.operation is Operation.DELETED:
                continue
            text = run.document.text(change.digest)
            if "unreachable" in text:
                run.warn(f"No stamp for {change.name}.", "Look for the stamp.")
            if "broken" in text:
                raise JobFailed("The stamp is broken.", "Buy another one.")
            if "stamp me" in text:
                self._stamp(run, change.uuid, change.location, change.name)

    def _stamp(self, run: CommitRun, note_uuid: UUID, location: Location, name: str) -> None:
        uuid = uuid5(note_uuid, "stamp")
        stamp = note(f"{name}-stamp", f"attempt {run.job.attempt}")
        if run.is_free(kind="stamp", location=location, name=f"{name}-stamp"):
            run.add(Addition(uuid, "stamp", location, f"{name}-stamp", stamp))
            run.on_publish(lambda: run.job.say(f"Stamped {name}"))


@dataclass
class FakeJob:
    """A running job that keeps its lines; ``hooks`` run when it says a certain line.

    ``links`` has where lines lead, by their texts.
    """

    id: int = 1
    by: Actor = MARIA
    arguments: Mapping[str, Any] = field(default_factory=dict)
    attempt: int = 1
    kind: str = "commit"
    lines: list[str] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)
    hooks: dict[str, Callable[[], object]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def say(self, text: str, *, level: Level = "info", hint: str = "", url: str = "") -> None:
        self.lines.append(f"{level}: {text} {hint}".rstrip())
        if url:
            self.links[text] = url
        if text in self.hooks:
            self.hooks.pop(text)()

    def progress(self, percent: int) -> None:
        self.percents.append(percent)


def accept(job: RunningJob) -> JobResult:
    """A job handler that does nothing."""
    return JobResult(f"Job {job.id} done")
