"""A device with several virtual systems, and short ways to use it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from configuration.services import put
from device import services as device
from device.models import Admin, DeviceFacts
from domain.actors import Actor
from domain.locations import Location
from setup.services import vsys
from setup.spec.vsys import VirtualSystem
from tests.committing import Committing
from tests.configuration.fakes import note

MARIA = Actor(name="maria")


@pytest.fixture(autouse=True)
def _sections(settings: Settings) -> None:
    """Virtual systems are plugged in, and notes, which can be anywhere."""
    settings.CONFIG_SECTIONS = [
        "setup.section.vsys.VirtualSystemsSection",
        "tests.configuration.fakes.NoteSection",
    ]
    settings.COMMIT_STEPS = []


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


@pytest.fixture
def bench(now: datetime, db: None) -> Workbench:
    """Short ways to edit and commit, on a device that was started."""
    del db
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0")
    return Workbench(now)


@pytest.fixture
def maria(client: Client, now: datetime, db: None) -> Client:
    """A browser in which maria has signed in."""
    del db
    device.create_admin(username="maria", password="Blue-Harbor-42", at=now)
    client.force_login(Admin.objects.get(username="maria"))
    return client
