"""The sections that the settings name."""

from configuration import registry
from configuration.sections import Section


def test_every_section_has_all_that_the_configuration_asks_for() -> None:
    wanted = {*Section.__annotations__, *(name for name in vars(Section) if name[0] != "_")}

    for section in registry.sections():
        missing = {name for name in wanted if not hasattr(section, name)}
        assert missing == set(), type(section).__name__
    assert len(registry.sections()) > 2
