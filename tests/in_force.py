"""The settings of Device > Setup > Management, as a test wants them to be in force."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from device.spec import (
    AuthenticationSettings,
    Banners,
    GeneralSettings,
    Management,
    PasswordComplexity,
)


class InForce:
    """The management settings of a test, where the product asks for those that run."""

    current = Management()

    def general(self, **values: Any) -> None:  # noqa: ANN401 - fields of the settings
        """Have other general settings."""
        InForce.current = replace(self.current, general=GeneralSettings(**values))

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
    settings.MANAGEMENT = "tests.in_force.read"
    yield InForce()
    InForce.current = Management()
