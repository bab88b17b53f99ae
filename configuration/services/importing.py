"""A configuration out of a file: our own, or that of a firewall of the product emulated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from configuration import document, queries, registry
from configuration.document import Document, Entry
from configuration.file_format import FileUnusable, ParsedFile, fill_secrets, read, secret_fields
from configuration.imports import ImportReport, Mode, ObjectNote, Wish
from configuration.loads import LoadPlan
from configuration.sections import ObjectProblem
from configuration.services import loading
from configuration.transfer import FileObject, Taken
from device import master_key, portable
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import Location

_SHOWN_NAME: Final = 100
"""Longest file name that is shown."""


class NotImported(Refused):
    """The file cannot be imported like this; ``problems`` says why."""


def parse(chunks: Iterable[bytes]) -> ParsedFile:
    """Read a file; nothing is changed. Open no transaction before: a large one takes seconds.

    Raises:
        FileUnusable: it is no configuration; the message has the line.
    """
    return read(chunks, registry.places())


def check_import(*, file: ParsedFile, wish: Wish, by: Actor, at: datetime) -> ImportReport:
    """Tell what an import would do, and change nothing; as :func:`import_file`."""
    with transaction.atomic():
        report = import_file(file=file, wish=wish, by=by, at=at)
        transaction.set_rollback(True)
    return report


@transaction.atomic
def import_file(*, file: ParsedFile, wish: Wish, by: Actor, at: datetime) -> ImportReport:
    """Bring the configuration of a file into the candidate, all of it or nothing.

    Objects of our own files keep their identity, so that importing what was exported changes
    nothing. Certificates and keys are stored for entries that have none here; what is here is
    never replaced. Of a firewall's file, what cannot be taken over is left out and listed; of
    our own, an object that is broken refuses the file.

    Args:
        file: as :func:`parse` returned it.
        wish: how.
        by: who imports.
        at: when.

    Raises:
        FileUnusable: an object of our own file is broken; the message has the line.
        Forbidden: the admin may not import or load, or not write what differs.
        LockHeld: another admin holds a config lock where something differs.
        MasterKeyNeeded: secrets are sealed under another master key; the message names it.
        MasterKeyMissing: what was given is no master key.
        NotImported: the file of another product shall replace the candidate.
        SealBroken: the sealed secrets were changed.
        Refused: as :func:`configuration.services.loading.load`.
    """
    require(by, Action.IMPORT)
    require(by, Action.LOAD)
    what = f"the file {wish.file_name[:_SHOWN_NAME]}"
    mode = _mode(file, wish)
    work = _Import(file, mode, queries.candidate_document(), _secrets(file, wish, at))
    work.go_through()
    target = work.target()
    for section in registry.sections():
        section.receive(work.fresh(section.kind), by=by, at=at)
    if mode is Mode.REPLACE:
        done = loading.load(target, what=what, by=by, at=at, action=Action.IMPORT)
    else:
        because = f"{what} was added"
        done = loading.take_over(target, because=because, by=by, at=at, action=Action.IMPORT)
    return _report(what, work, done)


def _mode(file: ParsedFile, wish: Wish) -> Mode:
    if wish.mode is None:
        return Mode.REPLACE if file.is_ours else Mode.ADD
    if wish.mode is Mode.REPLACE and not file.is_ours:
        message = (
            "This product did not write the file, so the file cannot replace the candidate. Add "
            "what it has."
        )
        raise NotImported(message, problems=[Problem("mode", message)])
    return wish.mode


def _secrets(file: ParsedFile, wish: Wish, at: datetime) -> dict[str, str]:
    """Return the UUID of each secret that is here, or is now, by its placeholder."""
    wanted = dict(_wanted(file))
    here = portable.own(wanted)
    missing = {text: purpose for text, purpose in wanted.items() if text not in here}
    if missing and file.sealed is not None and not wish.without_secrets:
        given = master_key.from_text(wish.master_key) if wish.master_key else None
        here |= portable.take_over(missing, file.sealed, given=given, at=at)
    return {text: str(uuid) for text, uuid in here.items()}


def _wanted(file: ParsedFile) -> Iterator[tuple[str, str]]:
    places = registry.places().by_kind
    for one in file.objects if file.is_ours else ():
        for _path, purpose, text in secret_fields(one.xml, places[one.kind]):
            yield text, purpose


@dataclass(slots=True)
class _Arrival:
    """An object on its way into the candidate."""

    one: FileObject
    taken: Taken
    needs: tuple[str, ...]
    entry: Entry


@dataclass(slots=True)
class _Import:
    """Goes through the objects of a file."""

    file: ParsedFile
    mode: Mode
    present: Document
    secrets: Mapping[str, str]
    identified: frozenset[UUID] = frozenset()
    arrivals: list[_Arrival] = field(default_factory=list)
    kept: list[ObjectNote] = field(default_factory=list)
    left_out: list[ObjectNote] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def go_through(self) -> None:
        """Take every object, or say why not."""
        self.identified = frozenset(one.uuid for one in self.file.objects if one.uuid)
        self._require_kinds()
        for one in self.file.objects:
            existing = self._existing(one)
            if existing is not None and self._stays(existing):
                self.kept.append(_note(one, uuid=existing.uuid))
                continue
            uuid = existing.uuid if existing is not None else one.uuid or uuid4()
            try:
                self._take(replace(one, uuid=uuid))
            except Refused as refusal:
                if self.file.is_ours:
                    raise _broken(one, refusal) from refusal
                self.left_out.append(_note(one, refusal.message))

    def target(self) -> Document:
        """Return what the candidate shall be."""
        entries = {one.entry.uuid: one.entry for one in self.arrivals}
        if self.mode is not Mode.REPLACE:
            entries = {one.uuid: one for one in self.present.entries} | entries
        return Document(document.in_order(entries.values()), self._load)

    def fresh(self, kind: str) -> Sequence[FileObject]:
        """List the objects of a kind that are taken, with their whole entries."""
        return [arrival.one for arrival in self.arrivals if arrival.one.kind == kind]

    def _require_kinds(self) -> None:
        """Refuse identities that were given to an object of another kind."""
        kinds = queries.kinds_of(list(self.identified))
        for one in self.file.objects:
            if one.uuid and kinds.get(one.uuid, one.kind) != one.kind:
                raise _broken(one, Refused("its uuid is that of another kind of object."))

    def _existing(self, one: FileObject) -> Entry | None:
        """Return the candidate's object that this one is, or has the name of, if that matters."""
        if one.uuid is not None and self.mode is Mode.REPLACE:
            return None
        named = self.present.find(one.kind, one.location, one.name)
        if one.uuid is not None:
            return named or self.present.entry(one.uuid)
        return None if named is None or named.uuid in self.identified else named

    def _stays(self, existing: Entry) -> bool:
        """Tell whether an object whose name is taken leaves the one that has it as it is."""
        if self.mode is Mode.REPLACE:
            return False
        has_material = registry.section(existing.kind).in_file.has_material
        return self.mode is Mode.ADD or has_material

    def _take(self, one: FileObject) -> None:
        section = registry.section(one.kind)
        fields = secret_fields(one.xml, section.in_file)
        needs = tuple(purpose for _path, purpose, text in fields if text not in self.secrets)
        filled = replace(one, xml=fill_secrets(one.xml, section.in_file, self.secrets))
        taken = section.from_file(filled, is_ours=self.file.is_ours)
        text = document.canonical(taken.xml)
        digest = document.digest(text)
        self.texts[digest] = text
        assert one.uuid is not None  # noqa: S101 - the caller has given it one
        entry = Entry(one.uuid, one.kind, one.location, one.name, digest)
        self.arrivals.append(_Arrival(filled, taken, needs, entry))

    def _load(self, digests: Sequence[str]) -> Mapping[str, str]:
        stored = [digest for digest in digests if digest not in self.texts]
        return {**self.texts, **queries.texts(stored)}


def _report(what: str, work: _Import, loaded: LoadPlan) -> ImportReport:
    gone = {(one.kind, one.location, one.name) for one in loaded.left_out}
    there = [
        one for one in work.arrivals if (one.one.kind, one.one.location, one.one.name) not in gone
    ]
    changed = {one.uuid: one for one in loaded.changes}
    return ImportReport(
        what=what,
        is_ours=work.file.is_ours,
        changed=tuple(
            _noted(one.kind, one.location, one.name, one.uuid, one.operation.value)
            for one in loaded.changes
        ),
        needs=tuple(_note(a.one, ", ".join(a.needs)) for a in there if a.needs),
        kept=tuple(work.kept),
        left_out=(*work.left_out, *map(_note_of_problem, loaded.left_out)),
        shortened=tuple(
            _note(a.one, ", ".join(a.taken.left_out))
            for a in there
            if a.taken.left_out and a.entry.uuid in changed
        ),
        unknown=work.file.left_out,
    )


def _note(one: FileObject, text: str = "", *, uuid: UUID | None = None) -> ObjectNote:
    return _noted(one.kind, one.location, one.name, uuid or one.uuid, text)


def _note_of_problem(one: ObjectProblem) -> ObjectNote:
    return ObjectNote(registry.section(one.kind).label, one.location, one.name, text=one.message)


def _noted(kind: str, location: Location, name: str, uuid: UUID | None, text: str) -> ObjectNote:
    section = registry.section(kind)
    is_there = uuid is not None and text != "deleted"
    url = section.url(uuid=uuid) if is_there and uuid is not None else ""
    return ObjectNote(section.label, location, name, uuid, text, url)


def _broken(one: FileObject, refusal: Refused) -> FileUnusable:
    label = registry.section(one.kind).label
    return FileUnusable(
        f"Line {one.line} of the file: {label} {one.name} cannot be taken over. {refusal.message}",
        hint="Nothing was changed. Take another file, or mend this one at that line.",
        problems=refusal.problems,
    )
