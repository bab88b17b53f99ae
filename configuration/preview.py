"""The XML of an object before and after a commit, line by line. Pure.

Lines are compared, not elements: canonical texts are indented, one element a line. Secrets are in
no text; a short word stands for each, which differs when the secret does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from lxml import etree

from configuration.differences import shown


class Mark(StrEnum):
    """What a commit does to a line; the value is the word for it."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"

    @property
    def sign(self) -> str:
        """One character for it."""
        return _SIGNS[self]


_SIGNS: Final = {Mark.SAME: " ", Mark.ADDED: "+", Mark.CHANGED: "~", Mark.REMOVED: "-"}
_MARKS: Final = {
    "equal": Mark.SAME,
    "insert": Mark.ADDED,
    "replace": Mark.CHANGED,
    "delete": Mark.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Sides:
    """What the older and the newer text are called."""

    old: str
    new: str


COMMITTING: Final = Sides("running", "after the commit")


@dataclass(frozen=True, slots=True)
class Side:
    """A line on one side.

    Attributes:
        number: its number in the object's text, from 1.
        text: the line, indented.
    """

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both texts side by side; a side that has none is None."""

    mark: Mark
    old: Side | None
    new: Side | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the unified form.

    Attributes:
        sign: ``-`` for one that goes, ``+`` for one that comes, else a space.
        mark: ``REMOVED``, ``ADDED`` or ``SAME``.
        old: its number before; None when it was not there.
        new: its number afterwards; None when it will not be there.
        text: the line.
    """

    mark: Mark
    old: int | None
    new: int | None
    text: str

    @property
    def sign(self) -> str:
        """One character for the mark."""
        return self.mark.sign


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring lines of one mark; one that is the same has equally many on both sides."""

    mark: Mark
    old: tuple[Side, ...]
    new: tuple[Side, ...]

    @property
    def rows(self) -> Iterator[Row]:
        """Pair the lines of both sides."""
        for old, new in zip_longest(self.old, self.new):
            alone = Mark.ADDED if old is None else Mark.REMOVED if new is None else None
            yield Row(alone or self.mark, old, new)

    @property
    def lines(self) -> Iterator[Line]:
        """Put all old lines before all new ones, or the lines that stay."""
        if self.mark is Mark.SAME:
            for old, new in zip(self.old, self.new, strict=True):
                yield Line(Mark.SAME, old.number, new.number, new.text)
            return
        for side in self.old:
            yield Line(Mark.REMOVED, side.number, None, side.text)
        for side in self.new:
            yield Line(Mark.ADDED, None, side.number, side.text)


@dataclass(frozen=True, slots=True)
class Hunk:
    """What differs in one part of a text, with the lines around it."""

    blocks: tuple[Block, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The lines side by side."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the unified form."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def heading(self) -> str:
        """Where it is: first line and number of lines, before and afterwards."""
        old = [side.number for block in self.blocks for side in block.old]
        new = [side.number for block in self.blocks for side in block.new]
        return f"@@ -{_range(old)} +{_range(new)} @@"


def hunks(before: str, after: str, context: int | None) -> tuple[Hunk, ...]:
    """Compare two canonical texts of an object; either may be empty, for an object that is not.

    Args:
        before: the running text.
        after: the text that would be running.
        context: how many equal lines to show around what differs; None for all.
    """
    old, new = xml_lines(before), xml_lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = [matcher.get_opcodes()] if context is None else matcher.get_grouped_opcodes(context)
    return tuple(
        Hunk(
            tuple(
                Block(_MARKS[tag], _sides(old, *left), _sides(new, *right))
                for tag, *ends in group
                for left, right in [(ends[:2], ends[2:])]
            )
        )
        for group in groups
    )


def xml_lines(text: str) -> list[str]:
    """Return an object's text as indented lines, with a word for each secret."""
    if not text:
        return []
    root = etree.fromstring(text)
    for element in root.iter():
        if element.text and not len(element):
            element.text = shown(element.text)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode").splitlines()


def as_text(title: str, parts: Sequence[Hunk], sides: Sides) -> Iterator[str]:
    """Write the unified form of one object as lines of plain text."""
    yield f"# {title}"
    yield f"--- {sides.old}"
    yield f"+++ {sides.new}"
    for hunk in parts:
        yield hunk.heading
        yield from (f"{line.sign}{line.text}" for line in hunk.lines)
    yield ""


def _sides(lines: Sequence[str], first: int, end: int) -> tuple[Side, ...]:
    return tuple(Side(number + 1, lines[number]) for number in range(first, end))


def _range(numbers: Sequence[int]) -> str:
    return f"{numbers[0]},{len(numbers)}" if numbers else "0,0"
