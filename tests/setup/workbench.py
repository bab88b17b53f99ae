"""Short ways to edit virtual systems and other objects, and to commit."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from configuration.services import put
from domain.actors import Actor
from domain.locations import Location
from setup.services import vsys
from setup.spec.vsys import VirtualSystem
from tests.committing import Committing
from tests.configuration.fakes import note

MARIA: Final = Actor(name="maria")


class Workbench(Committing):
    """Edits and commits, each a minute after the one before."""

    def add(self, number: int, name: str = "", *, by: Actor = MARIA) -> UUID:
        """Add a virtual system."""
        system = VirtualSystem(number, name or f"Branch {number}")
        return vsys.add(system=system, by=by, at=self.tick())

    def rename(self, number: int, name: str, *, seen: int | None = None, by: Actor = MARIA) -> UUID:
        """Rename a virtual system."""
        return vsys.rename(
            number=number, display_name=name, expected_version=seen, by=by, at=self.tick()
        )

    def delete(self, uuids: Collection[UUID], *, by: Actor = MARIA) -> None:
        """Delete virtual systems."""
        vsys.delete(uuids=uuids, by=by, at=self.tick())

    def switch(self, *, on: bool, by: Actor = MARIA) -> bool:
        """Switch Multi Virtual System Capability."""
        return vsys.set_multi_vsys(on=on, by=by, at=self.tick())

    def note(self, name: str, location: Location) -> UUID:
        """Put an object somewhere."""
        written = put(
            kind="note", location=location, name=name, xml=note(name), by=MARIA, at=self.tick()
        )
        return written.uuid
