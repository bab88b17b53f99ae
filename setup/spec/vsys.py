"""A virtual system as a value."""

import re
from dataclasses import dataclass
from typing import Final

from domain.locations import VSYS_KIND, Location

KIND: Final = VSYS_KIND
NUMBER_MAX: Final = 255
"""The largest number of a virtual system."""

_KEY: Final = re.compile(r"vsys([1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True)
class VirtualSystem:
    """A virtual system.

    Attributes:
        number: from 1 to 255; its key ``vsysN`` is made of it and never changes.
        display_name: what admins call it; may be empty for vsys1, which needs no name.
    """

    number: int
    display_name: str = ""

    @property
    def key(self) -> str:
        """The name by which the configuration knows it: ``vsysN``."""
        return f"vsys{self.number}"

    @property
    def location(self) -> Location:
        """Where its objects are."""
        return Location(self.key)

    @property
    def label(self) -> str:
        """What admins see: ``Branch (vsys2)``, or the key alone without a display name."""
        return f"{self.display_name} ({self.key})" if self.display_name else self.key


VSYS1: Final = VirtualSystem(1)
"""The virtual system that every device has, even before it has a display name."""


def number_of(key: str) -> int | None:
    """Return the number in a key ``vsysN``; ``None`` when it is no such key."""
    found = _KEY.fullmatch(key)
    number = int(found[1]) if found else 0
    return number if 1 <= number <= NUMBER_MAX else None
