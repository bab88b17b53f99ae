"""What is wanted of an imported configuration, and what came of it. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from configuration.document import Operation
from configuration.transfer import LeftOut
from domain.locations import Location


class Mode(StrEnum):
    """What becomes of the candidate."""

    REPLACE = "replace"
    """It is made equal to the file."""
    ADD = "add"
    """What the file has is added; objects whose names are taken stay as they are."""
    OVERWRITE = "overwrite"
    """What the file has is added; objects whose names are taken become as in the file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be imported.

    Attributes:
        file_name: as the sender calls it; shown, never opened.
        mode: what becomes of the candidate; None lets a file of ours replace it, and adds another.
        master_key: as it stands in the ``master.key`` file of the device that wrote the file;
            empty takes this device's own.
        without_secrets: leave out the secrets that are not here already.
    """

    file_name: str
    mode: Mode | None = None
    master_key: str = field(default="", repr=False)
    without_secrets: bool = False


@dataclass(frozen=True, slots=True)
class ObjectNote:
    """An object of the file, and something to say about it.

    Attributes:
        label: its kind in words.
        location: where it stands.
        name: its name there.
        uuid: of the object in the candidate; None when it is not taken over.
        text: what there is to say; may be empty.
        url: its dialog; empty without one.
    """

    label: str
    location: Location
    name: str
    uuid: UUID | None = None
    text: str = ""
    url: str = ""

    def __str__(self) -> str:
        said = f": {self.text}" if self.text else ""
        return f"{self.label} {self.name} in {self.location}{said}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import has done, or would do.

    Attributes:
        what: the file, to stand inside a sentence.
        is_ours: this product wrote the file.
        changed: objects that came into the candidate or became others in it, or left it; the text
            is the :class:`Operation`.
        needs: objects with a secret that must be entered again; the text says which.
        kept: objects whose names were taken, so that they stay as they were.
        left_out: objects that are not taken over, with the reasons.
        shortened: objects that are taken over without some elements; the text names them.
        unknown: everything else in the file.
    """

    what: str
    is_ours: bool
    changed: tuple[ObjectNote, ...] = ()
    needs: tuple[ObjectNote, ...] = ()
    kept: tuple[ObjectNote, ...] = ()
    left_out: tuple[ObjectNote, ...] = ()
    shortened: tuple[ObjectNote, ...] = ()
    unknown: tuple[LeftOut, ...] = ()

    def count(self, operation: Operation) -> int:
        """How many objects had something done to them."""
        return sum(one.text == operation.value for one in self.changed)

    @property
    def words(self) -> str:
        """The counts in words, a sentence without its full stop."""
        added, deleted = self.count(Operation.ADDED), self.count(Operation.DELETED)
        changed = len(self.changed) - added - deleted
        return (
            f"{self.what[:1].upper()}{self.what[1:]} in the candidate: added {added}, changed "
            f"{changed}, removed {deleted}"
        )

    @property
    def parts(self) -> tuple[tuple[str, tuple[ObjectNote, ...]], ...]:
        """What there is to say about objects, part by part; empty parts are left out."""
        listed = (
            ("Needs a secret", self.needs),
            ("Taken over", self.changed),
            ("Taken over in part", self.shortened),
            ("Kept as it is", self.kept),
            ("Left out", self.left_out),
        )
        return tuple((title, notes) for title, notes in listed if notes)
