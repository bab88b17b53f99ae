"""The configuration with profiles plugged in, and short ways to use it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from configuration import services as configuration
from device.models import Admin, DeviceFacts
from domain.actors import Actor
from domain.locations import SHARED, VSYS1, Location
from profiles import services
from tests.committing import Committing
from tests.profiles import factories, fakes

MARIA = Actor(name="maria")
PAUL = Actor(name="paul")


@pytest.fixture(autouse=True)
def _sections(settings: Settings) -> None:
    """Profiles are plugged in; certificates are names only."""
    settings.CONFIG_SECTIONS = [
        "profiles.section.ProfilesSection",
        "tests.profiles.fakes.CertificateNames",
    ]
    settings.COMMIT_STEPS = []


class Workbench(Committing):
    """Saves and commits, each a minute after the one before."""

    def save(
        self,
        uuid: UUID | None = None,
        *,
        seen: int | None = None,
        by: Actor = MARIA,
        **draft: Any,  # noqa: ANN401 - the many kinds of value a draft has
    ) -> UUID:
        """Save a profile."""
        return services.save_profile(
            draft=factories.draft(**draft),
            uuid=uuid,
            expected_version=seen,
            by=by,
            at=self.tick(),
        )

    def delete(self, *uuids: UUID, by: Actor = MARIA) -> None:
        """Delete profiles."""
        services.delete_profiles(uuids=uuids, by=by, at=self.tick())

    def clone(self, uuid: UUID, name: str = "", by: Actor = MARIA) -> UUID:
        """Clone a profile."""
        return services.clone_profile(uuid=uuid, name=name, by=by, at=self.tick())

    def put_certificate(
        self, name: str, location: Location = SHARED, *, uuid: UUID | None = None
    ) -> UUID:
        """Add a certificate entry, or rename one."""
        xml = f'<entry name="{name}"/>'
        return self._put("certificate", name, location, xml, uuid)

    def put_portal(self, name: str, *, profile: str) -> UUID:
        """Add a portal of vsys1 that uses a profile."""
        return self._put("portal", name, VSYS1, fakes.portal(name, profile), None)

    def _put(self, kind: str, name: str, location: Location, xml: str, uuid: UUID | None) -> UUID:
        put = configuration.put(
            kind=kind, location=location, name=name, xml=xml, by=MARIA, at=self.tick(), uuid=uuid
        )
        return put.uuid


@pytest.fixture
def bench(now: datetime, db: None) -> Workbench:
    """Short ways to save and commit."""
    del db
    return Workbench(now)


@pytest.fixture
def maria(client: Client, now: datetime) -> Client:
    """A browser in which maria has signed in."""
    client.force_login(Admin.objects.create(username="maria", created_at=now))
    return client


@pytest.fixture
def _fips_cc(db: None) -> None:
    """The device is in FIPS-CC mode."""
    del db
    DeviceFacts.objects.create(
        hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0", fips_cc=True
    )
