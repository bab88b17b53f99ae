"""A device of one's own."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from device import secrets, services
from device.models import Admin

PASSWORD = "correct horse"


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
