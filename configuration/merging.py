"""Two edits of one object that started from the same version, field by field. Pure.

Values are compared, never shown: a field may hold a secret's UUID. Whoever shows them says
"changed" there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.errors import Problem, Refused

Values: TypeAlias = Mapping[str, object]
"""The fields of one version of an object."""


class Side(StrEnum):
    """Whose value a field gets."""

    MINE = "mine"
    THEIRS = "theirs"


class Undecided(Refused):
    """Fields that both sides changed need a choice; ``problems`` names them."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of an object that came after the one both sides started from.

    Attributes:
        by: who made it.
        values: its fields.
    """

    by: str
    values: Values


@dataclass(frozen=True, slots=True)
class MergedField:
    """A field that at least one side changed.

    Attributes:
        base: what both started from; ``None`` when that is not known.
        by: who changed theirs last; empty when they did not change it.
        side: whose value is taken without asking; ``None`` when both changed it, differently.
    """

    field: str
    base: object
    theirs: object
    mine: object
    by: str
    side: Side | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field as the dialog of a conflict shows it.

    Attributes:
        label: the field's name in words.
        base: what both started from, in words; never a secret. So are the next two.
        by: who changed theirs; empty when they did not.
        outcome: whose value is taken, in words; empty when it must be chosen.
        chosen: the choice so far; empty when there is none.
    """

    field: str
    label: str
    base: str
    theirs: str
    mine: str
    by: str
    outcome: str
    chosen: str

    @property
    def chose_mine(self) -> bool:
        """Whether my value has been chosen."""
        return self.chosen == Side.MINE

    @property
    def chose_theirs(self) -> bool:
        """Whether their value has been chosen."""
        return self.chosen == Side.THEIRS


def merge(base: Values | None, edits: Sequence[Edit], mine: Values) -> tuple[MergedField, ...]:
    """Compare what they and I made of one version; fields that nobody changed are left out.

    Args:
        base: the version both started from; ``None`` when it is not known: then whatever
            differs counts as changed by both.
        edits: the versions since, oldest first; at least one.
        mine: what I want to save.
    """
    theirs = edits[-1].values
    fields = []
    for field, own in mine.items():
        other, start = theirs[field], None if base is None else base[field]
        side = _side(own, other, start, is_known=base is not None)
        if own != start or other != start:
            by = _last_editor(field, base, edits) if other != start else ""
            fields.append(MergedField(field, start, other, own, by, side))
    return tuple(fields)


def outcome(field: MergedField) -> str:
    """Say whose value a field gets without asking; empty when it must be chosen."""
    if field.side is None:
        return ""
    return "the same" if field.mine == field.theirs else field.side.value


def result(fields: Sequence[MergedField], choices: Mapping[str, Side]) -> dict[str, object]:
    """Return the values of the fields that somebody changed, as merged.

    Raises:
        Undecided: a field that both changed has no choice.
    """
    open_fields = [one.field for one in fields if one.side is None and one.field not in choices]
    if open_fields:
        message = "Choose whose value to keep in each field that both of you changed."
        raise Undecided(message, problems=[Problem(field, message) for field in open_fields])
    sides = {one.field: one.side or choices[one.field] for one in fields}
    return {one.field: one.mine if sides[one.field] is Side.MINE else one.theirs for one in fields}


def _side(mine: object, theirs: object, base: object, *, is_known: bool) -> Side | None:
    if mine == theirs:
        return Side.THEIRS
    if is_known and mine == base:
        return Side.THEIRS
    if is_known and theirs == base:
        return Side.MINE
    return None


def _last_editor(field: str, base: Values | None, edits: Sequence[Edit]) -> str:
    values = [None if base is None else base[field], *(edit.values[field] for edit in edits)]
    steps = zip(values, values[1:], edits, strict=False)
    return [edit.by for before, after, edit in steps if before != after][-1]
