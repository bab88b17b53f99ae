"""A device with certificates, whose SCEP server is a CA in memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from device import secrets
from device.models import Admin
from tests.certificates.workbench import Bench, index_as_it_should_be, index_as_listed


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An empty data folder, and the commit step that reaches the CA in memory."""
    settings.DATA_DIR = tmp_path
    settings.COMMIT_STEPS = ["tests.certificates.plugs.step"]
    secrets.forget_unwrapped_keys()
    yield tmp_path
    secrets.forget_unwrapped_keys()


@pytest.fixture
def bench(db: None, now: datetime, tmp_path: Path) -> Iterator[Bench]:
    """Short ways to work with certificates; in the end the list's index tells the truth."""
    del db
    yield Bench(now, tmp_path)
    assert index_as_listed() == index_as_it_should_be()


@pytest.fixture
def maria(client: Client, now: datetime, db: None) -> Client:
    """A browser in which maria has signed in."""
    del db
    client.force_login(Admin.objects.create(username="maria", created_at=now))
    return client
