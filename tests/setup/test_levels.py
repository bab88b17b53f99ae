"""The package's place among the others."""

from django.apps import apps
from django.conf import settings


def test_the_set_up_is_installed_above_the_configuration_it_writes() -> None:
    installed = settings.INSTALLED_APPS

    assert apps.is_installed("setup")
    assert installed.index("setup") > installed.index("configuration")
