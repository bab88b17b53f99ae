"""Where an object lives: the device, Shared, or a virtual system.

Names are unique per location; an object in Shared is visible in every virtual system.
"""

import re
from dataclasses import dataclass
from typing import Final

_VSYS: Final = re.compile(r"vsys[1-9][0-9]{0,2}")


def is_vsys_key(key: str) -> bool:
    """Tell whether a key is that of a virtual system."""
    return bool(_VSYS.fullmatch(key))


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place for configuration objects.

    Attributes:
        key: stored form: ``"device"``, ``"shared"`` or ``"vsysN"`` (N from 1 to 999).
    """

    key: str

    def __post_init__(self) -> None:
        if self.key not in {"device", "shared"} and not is_vsys_key(self.key):
            message = f"not a location: {self.key!r}"
            raise ValueError(message)

    @property
    def label(self) -> str:
        """The name admins see."""
        return {"device": "Device", "shared": "Shared"}.get(self.key, self.key)

    def sees(self, other: "Location") -> bool:
        """Tell whether an object in ``other`` is visible from here."""
        return other in {self, SHARED}

    def __str__(self) -> str:
        return self.label


DEVICE: Final = Location("device")
SHARED: Final = Location("shared")
VSYS1: Final = Location("vsys1")

VSYS_KIND: Final = "vsys"
"""Kind of the configured object that makes a virtual system; its name is the location's key."""
