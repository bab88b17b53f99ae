"""Reading a file that somebody sent: any size up to a limit, any content, in one pass.

Only what belongs to a known kind is kept; everything else is counted and forgotten at once, so
that a large file takes time and hardly any memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from lxml import etree

from configuration.file_format.contents import Contents, ParsedFile
from configuration.file_format.errors import FileUnusable, unusable
from configuration.file_format.places import SECRETS, Path, Places, step
from configuration.transfer import FileObject
from domain.locations import Location

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Largest file read; 10,000 certificates with their keys take about 50 MiB."""

CHUNK_BYTES: Final = 64 * 1024
"""How much of a file is read at once."""

MAX_DEPTH: Final = 100
"""Deepest nesting of elements."""

MAX_ELEMENTS: Final = 2_000_000
"""Most elements of a file."""

MAX_OBJECT_CHARACTERS: Final = 256 * 1024
"""Longest entry of one object, and longest sealed secret."""

MARK: Final = "x-scepadmin"
"""Attribute of the root element of our own files: the version of their format."""

FORMAT: Final = "1"
"""The version written, and the only one read."""


def read(chunks: Iterable[bytes], places: Places) -> ParsedFile:
    """Read a configuration file.

    Args:
        chunks: the file, piece by piece; at most :data:`MAX_FILE_BYTES` in all.
        places: what stands where.

    Raises:
        FileUnusable: not XML, not a configuration, too large or too deep, an object twice, a
            broken table of secrets, or a later version of the format; the message has the line.
    """
    reader = _Reader(places)
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise reader.unusable(f"it is larger than {MAX_FILE_BYTES >> 20} MiB.")
            reader.parser.Parse(chunk, False)  # noqa: FBT003 - expat's signature: not the last one
        reader.parser.Parse(b"", True)  # noqa: FBT003 - likewise: the last one
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise reader.unusable(f"this is not well-formed XML ({error}).") from error
    return reader.contents.result()


@dataclass(slots=True)
class _Open:
    """An entry that has begun.

    Attributes:
        found: the object, still without its XML; None for a row of the table of secrets.
        line: where it begins.
        builder: makes the entry.
        fields: elements that belong to it; empty when all do.
        depth: how many structural elements are open with it; counted when it has fields.
        inside: how many of its own elements are open; 0 between its fields.
        characters: how long it is so far.
    """

    found: FileObject | None
    line: int
    builder: etree.TreeBuilder
    fields: tuple[str, ...] = ()
    depth: int = 0
    inside: int = 0
    characters: int = 0


class _Reader:
    """Takes the events of the XML parser; most elements of a large file are in what it skips."""

    def __init__(self, places: Places) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        # Without a document type there are no entities, so nothing can be fetched or multiplied.
        self.parser.StartDoctypeDeclHandler = self._refuse_document_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.contents = Contents()
        self._places = places
        self._path: list[str] = []
        self._opened: list[_Open] = []
        self._skipped = self._depth = self._elements = 0

    def unusable(self, what: str) -> FileUnusable:
        return unusable(self._line, what)

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    @property
    def _innermost(self) -> _Open | None:
        return self._opened[-1] if self._opened else None

    def _refuse_document_type(self, *_declaration: object) -> None:
        raise self.unusable("a configuration cannot declare a document type.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS:
            raise self.unusable(f"it has more than {MAX_ELEMENTS:,} elements.")
        if self._depth > MAX_DEPTH:
            raise self.unusable(f"elements are nested more than {MAX_DEPTH} deep.")
        if self._skipped:
            self._skipped += 1
            self.contents.count_skipped(tag)
        elif self._opened and self._opened[-1].inside:
            self._start_inside(self._opened[-1], tag, attributes)
        elif self._depth == 1:
            self._start_root(tag, attributes)
        else:
            self._start_outside(tag, attributes)

    def _start_root(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != "config":
            raise self.unusable(f"a configuration begins with config, not with {tag[:63]}.")
        version = attributes.get(MARK)
        self.contents.is_ours = version is not None
        if version not in {None, FORMAT}:
            raise self.unusable("a later version of this product wrote it.")

    def _start_outside(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Enter an element that is in no object: the way to some, an object, or unknown."""
        parent = tuple(self._path)
        path = (*parent, step(tag, attributes.get("name") if tag == "entry" else None))
        around = self._innermost
        found = self._places.find(parent)
        if around and around.depth == len(parent) and tag in around.fields:
            self._start_inside(around, tag, attributes)
        elif found and tag == "entry" and attributes.get("name"):
            self._open_object(found, path, attributes)
        elif path[: len(SECRETS)] == SECRETS and self.contents.is_ours:
            self._start_secrets(path, tag, attributes)
        elif self._places.leads_on(path) or self._places.find(path):
            self._path.append(path[-1])
        else:
            self._skipped = 1
            self.contents.skip(path, self._line)

    def _open_object(
        self, found: tuple[str, Location], path: Path, attributes: Mapping[str, str]
    ) -> None:
        kind, location = found
        name = attributes["name"]
        one = self.contents.begin(kind, location, name, attributes.get("uuid", ""), self._line)
        opened = _Open(one, self._line, etree.TreeBuilder(), self._places.by_kind[kind].fields)
        opened.builder.start("entry", {"name": name})
        if opened.fields:
            self._path.append(path[-1])
            opened.depth = len(self._path)
        else:
            opened.inside = 1
        self._opened.append(opened)

    def _start_secrets(self, path: Path, tag: str, attributes: Mapping[str, str]) -> None:
        if len(path) == len(SECRETS):
            self.contents.begin_secrets(attributes.get("master-key", ""), self._line)
            self._path.append(path[-1])
            return
        opened = _Open(None, self._line, etree.TreeBuilder())
        self._opened.append(opened)
        self._start_inside(opened, tag, attributes)

    def _start_inside(self, opened: _Open, tag: str, attributes: Mapping[str, str]) -> None:
        opened.inside += 1
        # Files of the product have attributes for its bookkeeping: admin, dirtyId, time...
        kept: dict[str | bytes, str | bytes] = {
            k: v for k, v in attributes.items() if self.contents.is_ours or k == "name"
        }
        self._count(opened, len(tag) + sum(map(len, (*kept, *kept.values()))))
        opened.builder.start(tag, kept)

    def _data(self, text: str) -> None:
        opened = self._innermost
        if opened and opened.inside and not self._skipped:
            self._count(opened, len(text))
            opened.builder.data(text)

    def _count(self, opened: _Open, characters: int) -> None:
        opened.characters += characters
        if opened.characters > MAX_OBJECT_CHARACTERS:
            raise self.unusable("an entry is far longer than any object.")

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        opened = self._innermost
        if opened and opened.inside:
            opened.inside -= 1
            opened.builder.end(tag)
            if not opened.inside and not opened.fields:
                self._close()
        elif self._depth:
            self._path.pop()
            if opened and len(self._path) < opened.depth:
                opened.builder.end(tag)
                self._close()

    def _close(self) -> None:
        opened = self._opened.pop()
        entry = opened.builder.close()
        if opened.found is None:
            self.contents.add_secret(entry, opened.line)
        else:
            self.contents.finish(opened.found, entry, is_shared=bool(opened.fields))
