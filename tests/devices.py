"""A second device in one test: another data folder, and empty tables."""

from pathlib import Path
from typing import Final

from pytest_django.fixtures import Settings

from django.db.models import Model

from certificates.models import (
    CertificateEntry,
    Enrollment,
    ListedCertificate,
    Material,
    ScepAuthority,
)
from configuration.models import (
    CandidateLoad,
    CandidateObject,
    ChangeRecord,
    FrozenDocument,
    Revision,
    RevisionEntry,
)
from device import secrets
from device.master_key import MasterKey
from device.models import DataKey, Secret
from profiles.models import ScepProfile

_TABLES: Final[tuple[type[Model], ...]] = (
    ListedCertificate,
    Material,
    Enrollment,
    CertificateEntry,
    ScepAuthority,
    ScepProfile,
    CandidateLoad,
    FrozenDocument,
    ChangeRecord,
    RevisionEntry,
    Revision,
    CandidateObject,
    Secret,
    DataKey,
)
"""What a device has of its configuration, so that each comes before what it refers to."""


def empty_tables() -> None:
    """Forget the configuration and its secrets; the master key stays."""
    for table in _TABLES:
        table._base_manager.all().delete()
    secrets.forget_unwrapped_keys()


def factory_reset(settings: Settings, folder: Path, key: MasterKey | None) -> None:
    """Go on as a device without configuration, with its own master key or none yet."""
    empty_tables()
    folder.mkdir()
    if key is not None:
        (folder / "master.key").write_text(key.key.hex() + "\n", encoding="ascii")
    settings.DATA_DIR = folder
    secrets.forget_unwrapped_keys()
