"""The plug-ins that settings name."""

import pytest
from pytest_django.fixtures import Settings

from configuration import registry
from tests.configuration.fakes import NoteSection, StampSection, StampStep


def test_sections_are_those_of_the_settings_in_their_order() -> None:
    notes, stamps = registry.sections()

    assert isinstance(notes, NoteSection)
    assert isinstance(stamps, StampSection)
    assert registry.sections()[0] is notes


def test_a_section_is_found_by_its_kind() -> None:
    assert isinstance(registry.section("stamp"), StampSection)

    with pytest.raises(LookupError, match="'letter'"):
        registry.section("letter")


def test_commit_steps_are_fresh_for_every_commit(settings: Settings) -> None:
    first, second = registry.commit_steps(), registry.commit_steps()

    assert [type(step) for step in first] == [StampStep]
    assert first[0] is not second[0]

    settings.COMMIT_STEPS = []
    assert registry.commit_steps() == ()
