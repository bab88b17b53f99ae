"""A device of one's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from device import secrets, services
from device.models import Admin
from device.spec import AuthenticationSettings, Banners, Management, PasswordComplexity

PASSWORD = "correct horse"


class InForce:
    """The management settings of a test, where the product asks for those that run."""

    current = Management()

    def authentication(self, **values: Any) -> None:  # noqa: ANN401 - fields of the settings
        """Have other authentication settings."""
        InForce.current = replace(self.current, authentication=AuthenticationSettings(**values))

    def password(self, **values: Any) -> None:  # noqa: ANN401 - fields of the settings
        """Have other rules for passwords."""
        rules = PasswordComplexity(enabled=True, **values)
        InForce.current = replace(self.current, password=rules)

    def banners(self, **values: Any) -> None:  # noqa: ANN401 - fields of the settings
        """Have other banners."""
        InForce.current = replace(self.current, banners=Banners(**values))


def read() -> Management:
    """Return the settings of the test; ``settings.MANAGEMENT`` names it."""
    return InForce.current


@pytest.fixture
def in_force(settings: Settings) -> Iterator[InForce]:
    """The management settings, at their defaults until the test says otherwise."""
    settings.MANAGEMENT = "tests.device.conftest.read"
    yield InForce()
    InForce.current = Management()


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An empty data folder; nothing of another one is in memory."""
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()
    yield tmp_path
    secrets.forget_unwrapped_keys()


@pytest.fixture
def alice(db: None, now: datetime) -> Admin:  # noqa: ARG001  a fixture asks for fixtures
    """An admin named alice."""
    services.create_admin(username="alice", password=PASSWORD, at=now)
    return Admin.objects.get(username="alice")
