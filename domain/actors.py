"""Who does something: the value every writing service takes as ``by``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.locations import Location


class Role(StrEnum):
    """What an admin may do; values are PAN-OS role names."""

    SUPERUSER = "superuser"
    SUPERREADER = "superreader"


@dataclass(frozen=True, slots=True)
class Actor:
    """An admin, or the device itself.

    Attributes:
        name: user name as shown in logs and change records.
        role: what the admin may do.
        scope: locations a vsys admin is limited to; empty means all.
        address: where the request came from, ``""`` for the device itself.
    """

    name: str
    role: Role = Role.SUPERUSER
    scope: tuple[Location, ...] = field(default=())
    address: str = ""


SYSTEM: Final = Actor(name="system")
"""The device acting on its own: scheduled work, start-up."""
