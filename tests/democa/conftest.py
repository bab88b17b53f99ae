"""The demo CA is a Django project of its own: its tests run in a pytest run of their own.

``DJANGO_SETTINGS_MODULE=democa.settings pytest tests/democa``; ``make test`` makes both runs. In
the other run only the tests of pure modules are collected.
"""

import base64
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from django.conf import settings as django_settings
from django.test import Client

from democa import hierarchy
from democa.hierarchy import Authority, Design
from tests.issuing import NOW

if TYPE_CHECKING:
    from tests.democa.device import Device

OWN_RUN = django_settings.ROOT_URLCONF == "democa.urls"
PASSWORD = "correct horse"
PURE = ("test_hierarchy.py", "test_issuer.py")

if not OWN_RUN:
    tests = sorted(Path(__file__).parent.glob("test_*.py"))
    collect_ignore = [path.name for path in tests if path.name not in PURE]


class Settings(Protocol):
    """The part of pytest-django's ``settings`` used here."""

    DATA_DIR: Path
    LOGGING: dict[str, Any]


@cache
def made_authority(design: Design = Design.RSA) -> Authority:
    """One CA of each design for the whole run, valid then and now: its keys take a while."""
    return hierarchy.make_authority(NOW - timedelta(days=2), design)


@cache
def made_successor(design: Design = Design.RSA) -> Authority:
    """The CA that takes over from it."""
    before = made_authority(design)
    return hierarchy.make_authority(NOW - timedelta(days=2), design, generation=2, before=before)


@pytest.fixture
def authority(request: pytest.FixtureRequest) -> Authority:
    """The CA's certificates and keys; of the design that a test names, with ``indirect``."""
    return made_authority(getattr(request, "param", Design.RSA))


@pytest.fixture
def ca(db: None, settings: Settings, tmp_path: Path, authority: Authority) -> Authority:  # noqa: ARG001 - the database
    """A demo CA in the database, its keys in a folder of the test's own."""
    from democa import services  # noqa: PLC0415 - only where its settings are in force
    from democa.services import authority as stored  # noqa: PLC0415 - likewise

    settings.DATA_DIR = tmp_path
    stored.load.cache_clear()
    stored.store(made=authority)
    services.set_admin_password(password=PASSWORD)
    return authority


@pytest.fixture
def basic() -> Callable[[str, str], dict[str, str]]:
    """Makes the header of Basic authentication."""

    def header(user: str = "scep", password: str = PASSWORD) -> dict[str, str]:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}

    return header


@pytest.fixture
def device(ca: Authority, client: Client) -> "Device":  # noqa: ARG001 - what it talks to
    """A device that knows the CA."""
    from tests.democa.device import new_device  # noqa: PLC0415 - only where settings are in force

    return new_device(client)


@pytest.fixture
def password(ca: Authority) -> str:  # noqa: ARG001 - whose password it is
    """A one-time password."""
    from tests.democa.device import one_time_password  # noqa: PLC0415 - likewise

    return one_time_password()
