"""The configuration with an app of notes plugged in."""

from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from configuration import registry
from tests.configuration.fakes import NoteSection
from tests.configuration.workbench import Workbench


@pytest.fixture(autouse=True)
def _notes_plugged_in(settings: Settings) -> None:
    """Notes and stamps are the sections, the stamp step is the commit step."""
    settings.CONFIG_SECTIONS = [
        "tests.configuration.fakes.NoteSection",
        "tests.configuration.fakes.StampSection",
    ]
    settings.COMMIT_STEPS = ["tests.configuration.fakes.StampStep"]
    for section in registry.sections():
        assert isinstance(section, NoteSection)
        section.restored.clear()
        section.removed.clear()
        section.lost.clear()


@pytest.fixture
def bench(now: datetime) -> Workbench:
    """Short ways to edit and commit notes."""
    return Workbench(now)
