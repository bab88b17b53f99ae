"""A configuration as a value: a list of entries over a store of texts, as git has trees and blobs.

An object's text is canonical XML, so that equal objects have equal digests. An entry says where an
object stands; a document is the list of all entries. Nothing here knows where either is stored.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeAlias
from uuid import UUID

from lxml import etree

from domain.errors import Refused
from domain.locations import SHARED, VSYS1, VSYS_KIND, Location, is_vsys_key

DIGEST_LENGTH: Final = 64
"""Length of a digest: SHA-256 in hexadecimal."""

TextLoader: TypeAlias = Callable[[Sequence[str]], Mapping[str, str]]
"""Looks up the texts of many digests at once."""


class MalformedXml(Refused):
    """A text that should be the XML of one object is not."""


class Operation(StrEnum):
    """What happened to an object between two configurations."""

    ADDED = "added"
    EDITED = "edited"
    RENAMED = "renamed"
    MOVED = "moved"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one object stands in a configuration, and which text it has.

    Attributes:
        uuid: identity of the object for life; a rename keeps it.
        kind: which section the object belongs to.
        location: device, Shared or a virtual system.
        name: unique per kind and location.
        digest: SHA-256 of the canonical text, lower-case hexadecimal.
        version: which of the object's edits made it so; 0 when that is not known. It is no part
            of the content.
    """

    uuid: UUID
    kind: str
    location: Location
    name: str
    digest: str
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ChangedObject:
    """One object that differs between two configurations.

    Attributes:
        before: the entry in the older configuration; None when the object was added.
        after: the entry in the newer configuration; None when the object was deleted.
    """

    before: Entry | None
    after: Entry | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            message = "a change needs an entry before or after it"
            raise ValueError(message)

    @property
    def entry(self) -> Entry:
        """The newest entry there is: the one after, or the one before when deleted."""
        entry = self.after or self.before
        assert entry is not None  # noqa: S101 - __post_init__ saw to it; this is for the type checker
        return entry

    @property
    def uuid(self) -> UUID:
        """Identity of the object."""
        return self.entry.uuid

    @property
    def kind(self) -> str:
        """Which section the object belongs to."""
        return self.entry.kind

    @property
    def location(self) -> Location:
        """Where the object stands, or stood when deleted."""
        return self.entry.location

    @property
    def locations(self) -> frozenset[Location]:
        """Every location that the change touches: two when the object moved."""
        return frozenset(entry.location for entry in (self.before, self.after) if entry)

    @property
    def name(self) -> str:
        """The object's name, or its last one when deleted."""
        return self.entry.name

    @property
    def digest(self) -> str:
        """Digest of the text, or of the last one when deleted."""
        return self.entry.digest

    @property
    def version(self) -> int:
        """Which of the object's edits was the last one in this change."""
        return self.entry.version

    @property
    def operation(self) -> Operation:
        """What happened to the object."""
        return operation(self.before, self.after)


def operation(before: Entry | None, after: Entry | None) -> Operation:
    """Name what turns one entry of an object into another."""
    if before is None:
        return Operation.ADDED
    if after is None:
        return Operation.DELETED
    if before.location != after.location:
        return Operation.MOVED
    return Operation.RENAMED if before.name != after.name else Operation.EDITED


@dataclass(frozen=True)
class Document:
    """A whole configuration, immutable.

    Attributes:
        entries: every object, in the order of kind, location and name; see :func:`in_order`.
        load: finds texts by digest; no part of the document's content.
    """

    entries: tuple[Entry, ...]
    load: TextLoader = field(repr=False, compare=False)

    def text(self, digest: str) -> str:
        """Return the canonical XML with this digest."""
        return self.load([digest])[digest]

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """List the entries of one kind."""
        return self._by_kind.get(kind, ())

    def texts(self, kind: str) -> Iterator[tuple[Entry, str]]:
        """Go through the entries of one kind with their texts, all looked up at once."""
        entries = self.of_kind(kind)
        texts = self.load([entry.digest for entry in entries])
        for entry in entries:
            yield entry, texts[entry.digest]

    def entry(self, uuid: UUID) -> Entry | None:
        """Find an object by its identity."""
        return self._by_uuid.get(uuid)

    def find(self, kind: str, location: Location, name: str) -> Entry | None:
        """Find an object by its name, in this location only."""
        return self._by_place.get((kind, location, name))

    def apply(self, changes: Iterable[ChangedObject]) -> "Document":
        """Return this document with changes carried out; the later change of an object wins."""
        entries = dict(self._by_uuid)
        for change in changes:
            if change.after is None:
                entries.pop(change.uuid, None)
            else:
                entries[change.uuid] = change.after
        return Document(in_order(entries.values()), self.load)

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """Where its objects may be beside the device: its virtual systems, with vsys1, and Shared.

        Names that are no keys of virtual systems are left to the section that owns the kind.
        """
        named = (entry.name for entry in self.of_kind(VSYS_KIND))
        systems = {VSYS1, *(Location(name) for name in named if is_vsys_key(name))}
        return (*sorted(systems), SHARED)

    @cached_property
    def _by_uuid(self) -> dict[UUID, Entry]:
        return {entry.uuid: entry for entry in self.entries}

    @cached_property
    def _by_place(self) -> dict[tuple[str, Location, str], Entry]:
        return {(entry.kind, entry.location, entry.name): entry for entry in self.entries}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.kind, []).append(entry)
        return {kind: tuple(entries) for kind, entries in found.items()}


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries the way documents list them."""
    return tuple(sorted(entries, key=lambda e: (e.kind, e.location, e.name, e.uuid)))


def compare(before: Document, after: Document) -> tuple[ChangedObject, ...]:
    """List the objects that differ, in the order documents have."""
    uuids = {entry.uuid for entry in (*before.entries, *after.entries)}
    changes = [
        ChangedObject(before.entry(uuid), after.entry(uuid))
        for uuid in uuids
        if before.entry(uuid) != after.entry(uuid)
    ]
    return tuple(sorted(changes, key=lambda c: (c.kind, c.location, c.name, c.uuid)))


def canonical(xml: str) -> str:
    """Return the one spelling of an object's XML: C14N without comments, instructions and indents.

    The order of elements is kept; the codec that writes an object decides it.

    Raises:
        MalformedXml: the text is not one well-formed element, or it declares a document type.
    """
    root = _parse(xml)
    for element in root.iter():
        if len(element):
            element.text = _without_indent(element.text)
            for child in element:
                child.tail = _without_indent(child.tail)
    try:
        return etree.tostring(root, method="c14n").decode()
    except etree.C14NError as error:
        raise MalformedXml("The XML cannot be brought into canonical form.") from error


def digest(xml: str) -> str:
    """Return the SHA-256 of an object's canonical XML, in hexadecimal."""
    return hashlib.sha256(canonical(xml).encode()).hexdigest()


def entry_name(xml: str) -> str:
    """Return the ``name`` attribute of an object's XML; empty when it has none."""
    return _parse(xml).get("name", "")


def _parse(xml: str) -> etree._Element:  # lxml has no public name for it
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError) as error:
        raise MalformedXml(f"This is not well-formed XML: {error}.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedXml("The XML of an object cannot declare a document type.")
    return root


def _without_indent(text: str | None) -> str | None:
    return text if text and text.strip() else None
