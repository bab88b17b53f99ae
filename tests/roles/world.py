"""A device on which every action has something to be done to, in every kind of place."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client

from certificates.services import importing
from certificates.services.uploads import Upload, UploadedFile
from configuration import pipeline
from configuration import queries as configuration
from configuration.locking import LockKind
from configuration.services import locks
from device import access
from device.models import Admin, DeviceFacts
from domain.actions import Action
from domain.actors import Actor, Role
from domain.locations import SHARED, Location
from domain.permissions import PREDEFINED
from jobs import services as jobs
from profiles import services as profiles
from setup.services import accounts, vsys
from setup.services import admin as admins
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.vsys import VirtualSystem
from tests.configuration.fakes import FakeJob
from tests.issuing import ca
from tests.profiles import factories

OWN: Final = Location("vsys1")
"""The virtual system that the admins with a role of virtual systems have."""

OTHER: Final = Location("vsys2")
"""One that they have not."""

MARIA: Final = Actor("maria")
"""The first administrator, whose things are somebody else's to all others."""

PASSWORD: Final = "Blue-Harbor-42"

CERTIFICATE: Final = ca("Matrix CA")


@cache
def _hash() -> str:
    return make_password(PASSWORD)


@dataclass(slots=True)
class World:
    """The device.

    Attributes:
        now: the time.
        folder: its data folder.
        profiles: a SCEP profile in each place.
        certificates: a certificate with its key, likewise.
        zoe: an administrator to be changed.
    """

    now: datetime
    folder: Path
    profiles: dict[Location, UUID] = field(default_factory=dict)
    certificates: dict[Location, UUID] = field(default_factory=dict)
    zoe: UUID = field(default_factory=uuid4)

    def admin(self, role: Role) -> Actor:
        """Who has a predefined role; the name is the role's."""
        return access.actor_named(role.value)

    def browser(self, role: Role) -> Client:
        """A browser in which that admin has signed in."""
        client = Client()
        client.force_login(Admin.objects.get(username=role.value))
        return client

    def custom(self, permitted: Collection[Action]) -> Client:
        """A browser of an admin with a custom role."""
        admin = Admin.objects.create(
            username="custom",
            password=_hash(),
            role=Role.CUSTOM,
            permitted=sorted(permitted),
            created_at=self.now,
        )
        client = Client()
        client.force_login(admin)
        return client

    def edit(self, place: Location, by: Actor) -> None:
        """Let something of someone's be pending in a place."""
        if place in {OWN, OTHER, SHARED}:
            draft = factories.draft(name=f"edited-{place.key}", location=place)
            superuser = Actor(by.name)
            profiles.save_profile(draft=draft, by=superuser, at=self.now)

    def job(self, by: Actor) -> int:
        """A job that waits."""
        return jobs.enqueue(kind="validate", arguments={}, by=Actor(by.name), at=self.now)

    def lock(self) -> int:
        """A lock of maria's."""
        return locks.take(kind=LockKind.COMMIT, location=OWN, by=MARIA, at=self.now)


def build(now: datetime, folder: Path) -> World:
    """Start the device, give every role an admin, and commit what is in all places."""
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0")
    world = World(now, folder)
    _account("maria", Role.SUPERUSER, now)
    accounts.found(at=now)
    for role in PREDEFINED:
        _account(role.value, role, now)
    vsys.add(system=VirtualSystem(2, "Branch"), by=MARIA, at=now)
    draft = AdministratorDraft(Administrator("zoe", Role.SUPERREADER), PASSWORD, PASSWORD)
    world.zoe = admins.add(draft=draft, by=MARIA, at=now)
    for place in (OWN, OTHER, SHARED):
        fine = factories.draft(name=f"in-{place.key}", location=place)
        world.profiles[place] = profiles.save_profile(draft=fine, by=MARIA, at=now)
        file = UploadedFile("ca.pem", CERTIFICATE.pem + CERTIFICATE.key_pem)
        upload = Upload((file,), place, name=f"ca-{place.key}")
        (done,) = importing.import_files(upload=upload, by=MARIA, at=now)
        world.certificates[place] = done.entry_uuid
    pipeline.run(FakeJob(id=1, by=MARIA, arguments={"description": ""}))
    assert configuration.pending_count() == 0
    return world


def _account(name: str, role: Role, now: datetime) -> None:
    scope = [OWN.key] if role.is_of_vsys else []
    Admin.objects.create(username=name, password=_hash(), role=role, scope=scope, created_at=now)
