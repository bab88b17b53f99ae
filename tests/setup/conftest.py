"""A device with several virtual systems, and short ways to use it."""

from datetime import datetime
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from device import services as device
from device.models import Admin, DeviceFacts
from tests.setup.people import People
from tests.setup.workbench import Workbench


@pytest.fixture(autouse=True)
def _sections(settings: Settings) -> None:
    """Virtual systems are plugged in, and notes, which can be anywhere."""
    settings.CONFIG_SECTIONS = [
        "setup.section.admin_role.AdminRolesSection",
        "setup.section.admin.AdministratorsSection",
        "setup.section.vsys.VirtualSystemsSection",
        "tests.configuration.fakes.NoteSection",
    ]
    settings.COMMIT_STEPS = []


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


@pytest.fixture
def people(bench: Workbench) -> People:
    """The same with maria as its first administrator."""
    return People(bench.now)


@pytest.fixture
def alice(people: People) -> UUID:
    """An administrator named alice, a superuser like maria."""
    uuid = people.hire("alice")
    people.commit()
    return uuid
