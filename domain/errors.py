"""Refusals: the only errors whose text may reach a person.

A service raises a subclass of :class:`Refused` when it will not do what was asked. Views show it
at the right field, commands print it, the XML API turns ``api_code`` into its answer. Secrets
never stand in these texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    Attributes:
        field: name of the field as in the object's spec; empty when the whole object is meant.
        message: what is wrong and what to do, one sentence or two, no markup.
    """

    field: str
    message: str


class Refused(Exception):
    """The request was understood and will not be carried out; nothing was changed.

    Attributes:
        message: what happened, for a person.
        hint: what to try; may be empty.
        problems: broken rules in form order; may be empty.
        api_code: result code of the PAN-OS XML API for this kind of refusal.
    """

    api_code = 12

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)


class NotFound(Refused):
    """The object named does not exist."""

    api_code = 7


class NameTaken(Refused):
    """Another object of the same kind has this name in this location."""

    api_code = 8


class InUse(Refused):
    """Other objects refer to this one."""

    api_code = 10


class Forbidden(Refused):
    """The admin's role does not allow it."""

    api_code = 16


class EditConflict(Refused):
    """Someone else changed the object since it was read."""
