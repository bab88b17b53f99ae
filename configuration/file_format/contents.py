"""What is found in a file while it is read."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from lxml import etree

from configuration.file_format.errors import unusable
from configuration.file_format.places import Path, shown
from configuration.file_format.secret_table import SecretTable
from configuration.transfer import FileObject, LeftOut
from device.sealed import SealedSecrets
from domain.locations import Location

MAX_LEFT_OUT: Final = 1_000
"""Most different unknown elements that are listed."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file holds.

    Attributes:
        is_ours: this product wrote it; else the product emulated, or somebody by hand.
        objects: of known kinds, in the order of the file.
        left_out: everything else.
        sealed: the sealed secrets; None without any.
    """

    is_ours: bool
    objects: tuple[FileObject, ...]
    left_out: tuple[LeftOut, ...]
    sealed: SealedSecrets | None = None


@dataclass(slots=True)
class _Unknown:
    line: int
    entries: int = 0


class Contents:
    """Collects objects, secrets, and what is left out."""

    def __init__(self) -> None:
        self.is_ours = False
        self._objects: dict[tuple[str, Location, str], FileObject] = {}
        self._uuids: set[UUID] = set()
        self._unknown: dict[Path, _Unknown] = {}
        self._skipped = _Unknown(0)
        self._table: SecretTable | None = None

    def result(self) -> ParsedFile:
        """Return what was found; the file has been read to its end."""
        left_out = tuple(
            LeftOut(shown(path), unknown.entries, unknown.line)
            for path, unknown in self._unknown.items()
        )
        sealed = None if self._table is None else self._table.result()
        return ParsedFile(self.is_ours, tuple(self._objects.values()), left_out, sealed)

    def begin(
        self, kind: str, location: Location, name: str, uuid_text: str, line: int
    ) -> FileObject:
        """Note an object whose entry begins; one inside its entry comes after it.

        Raises:
            FileUnusable: it is there already, or its UUID is none or another's.
        """
        found = FileObject(kind, location, name, "", self._uuid(uuid_text, line), line)
        place = (kind, location, name)
        if place in self._objects:
            first = self._objects[place].line
            raise unusable(
                line, f"this entry has the name of the one in line {first}: {name[:63]}."
            )
        self._objects[place] = found
        return found

    def finish(self, found: FileObject, entry: etree._Element, *, is_shared: bool) -> None:
        """Keep an object whose entry is read.

        Args:
            found: as :meth:`begin` returned it.
            entry: what belongs to it.
            is_shared: its entry may hold other objects as well.
        """
        place = (found.kind, found.location, found.name)
        if is_shared and self.is_ours and found.uuid is None and not len(entry):
            # In our files an object has its UUID, so this entry only holds others.
            del self._objects[place]
            return
        self._objects[place] = replace(found, xml=etree.tostring(entry, encoding="unicode"))

    def skip(self, path: Path, line: int) -> None:
        """Note an unknown element.

        Raises:
            FileUnusable: there are too many different ones.
        """
        if len(self._unknown) >= MAX_LEFT_OUT and path not in self._unknown:
            raise unusable(line, f"it has more than {MAX_LEFT_OUT:,} different unknown elements.")
        self._skipped = self._unknown.setdefault(path, _Unknown(line))

    def count_skipped(self, tag: str) -> None:
        """Count what stands in the unknown element noted last."""
        if tag == "entry":
            self._skipped.entries += 1

    def begin_secrets(self, master_key_id: str, line: int) -> None:
        """Note that the table of secrets begins.

        Raises:
            FileUnusable: it is the second.
        """
        if self._table is not None:
            raise unusable(line, "there is a second table of secrets.")
        self._table = SecretTable(master_key_id)

    def add_secret(self, row: etree._Element, line: int) -> None:
        """Keep a row of the table of secrets.

        Raises:
            FileUnusable: it is damaged.
        """
        assert self._table is not None  # noqa: S101 - its element is open
        self._table.add(row, line)

    def _uuid(self, text: str, line: int) -> UUID | None:
        if not self.is_ours or not text:
            return None
        try:
            uuid = UUID(text)
        except ValueError:
            raise unusable(line, "the attribute uuid of this entry is not a UUID.") from None
        if uuid in self._uuids:
            raise unusable(line, f"another entry has the uuid {uuid}, too.")
        self._uuids.add(uuid)
        return uuid
