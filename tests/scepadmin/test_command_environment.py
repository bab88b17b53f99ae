"""Settings module and data folder, chosen from the command line."""

import os
from pathlib import Path

import pytest

from scepadmin import command_environment

VARIABLES = ("DJANGO_SETTINGS_MODULE", "SCEPADMIN_DATA", "DEMOCA_DATA")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without the variables, and put the run's own back afterwards."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_the_demo_ca_has_settings_of_its_own() -> None:
    command_environment.prepare(["democa", "--port", "8081"])

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "democa.settings"


def test_the_demo_ca_keeps_its_settings_when_the_caller_exports_others() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "scepadmin.settings"

    command_environment.prepare(["democa"])

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "democa.settings"


@pytest.mark.parametrize("arguments", [["web", "--data", "/d"], ["web", "--data=/d"]])
def test_data_names_the_folder_of_all_state(arguments: list[str]) -> None:
    command_environment.prepare(arguments)

    assert os.environ["SCEPADMIN_DATA"] == "/d"


def test_data_of_the_demo_ca_is_its_own_folder() -> None:
    command_environment.prepare(["democa", "--data", "/d"])

    assert os.environ["DEMOCA_DATA"] == "/d"
    assert "SCEPADMIN_DATA" not in os.environ


def test_once_works_in_a_temporary_folder() -> None:
    command_environment.prepare(["demo", "--once"])

    assert Path(os.environ["SCEPADMIN_DATA"]).name.startswith("scepadmin-once-")


def test_once_takes_the_folder_it_is_told() -> None:
    command_environment.prepare(["demo", "--once", "--data", "/d"])

    assert os.environ["SCEPADMIN_DATA"] == "/d"


def test_nothing_is_set_without_a_data_folder() -> None:
    command_environment.prepare([])

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "scepadmin.settings"
    assert "SCEPADMIN_DATA" not in os.environ
