"""A device with server profiles, and short ways to use it."""

from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from device.models import Admin
from tests.alerts.workbench import Workbench
from tests.certificates.conftest import _folder, bench

__all__ = ["_folder", "bench"]


@pytest.fixture(autouse=True)
def _no_server(request: pytest.FixtureRequest, settings: Settings, _folder: object) -> None:
    """Commits ask no SCEP server, unless a test has one."""
    if "bench" not in request.fixturenames:
        settings.COMMIT_STEPS = []


@pytest.fixture
def device(now: datetime, db: None) -> Workbench:
    """A device whose alerts can be set up and sent."""
    del db
    return Workbench(now)


@pytest.fixture
def maria(client: Client, now: datetime, db: None) -> Client:
    """A browser in which maria has signed in."""
    del db
    client.force_login(Admin.objects.create(username="maria", created_at=now))
    return client
