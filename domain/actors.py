"""Who does something: the value every writing service takes as ``by``. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.actions import Action
from domain.locations import Location


class Role(StrEnum):
    """What an admin may do; values are PAN-OS role names."""

    SUPERUSER = "superuser"
    SUPERREADER = "superreader"
    DEVICEADMIN = "deviceadmin"
    DEVICEREADER = "devicereader"
    VSYSADMIN = "vsysadmin"
    VSYSREADER = "vsysreader"
    CUSTOM = "custom"

    @property
    def is_of_vsys(self) -> bool:
        """Whether it is always limited to virtual systems."""
        return self in {Role.VSYSADMIN, Role.VSYSREADER}


@dataclass(frozen=True, slots=True)
class Actor:
    """An admin, or the device itself.

    Attributes:
        name: user name as shown in logs and change records.
        role: what the admin may do.
        scope: locations the admin is limited to; empty means all, for the roles of virtual
            systems none.
        address: where the request came from, ``""`` for the device itself.
        permitted: with the role custom, what it allows.
    """

    name: str
    role: Role = Role.SUPERUSER
    scope: tuple[Location, ...] = field(default=())
    address: str = ""
    permitted: frozenset[Action] = field(default=frozenset())


SYSTEM: Final = Actor(name="system")
"""The device acting on its own: scheduled work, start-up."""
