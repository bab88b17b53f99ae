"""A second device in one test: another data folder, and nothing in the tables of secrets."""

from pathlib import Path

from pytest_django.fixtures import Settings

from device import secrets
from device.master_key import MasterKey
from device.models import DataKey, Secret


def factory_reset(settings: Settings, folder: Path, key: MasterKey | None) -> None:
    """Go on as a device that has no secrets, with its own master key or none yet."""
    Secret.objects.all().delete()
    DataKey.objects.all().delete()
    folder.mkdir()
    if key is not None:
        (folder / "master.key").write_text(key.key.hex() + "\n", encoding="ascii")
    settings.DATA_DIR = folder
    secrets.forget_unwrapped_keys()
