"""The device that roles are tried on."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from device import secrets
from tests.roles import world as worlds
from tests.roles.world import World


@pytest.fixture
def world(settings: Settings, tmp_path: Path, now: datetime, db: None) -> World:
    """A device with an admin of every role; its jobs do nothing, and its commits fetch nothing."""
    del db
    settings.DATA_DIR = tmp_path
    settings.COMMIT_STEPS = []
    settings.JOB_HANDLERS = dict.fromkeys(settings.JOB_HANDLERS, "tests.configuration.fakes.accept")
    secrets.forget_unwrapped_keys()
    return worlds.build(now, tmp_path)
