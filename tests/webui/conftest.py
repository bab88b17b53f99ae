"""The gallery: the product's frame and components with made-up values."""

from pathlib import Path
from typing import Any, Protocol

import pytest

TEMPLATES = Path(__file__).parent / "templates"


class Settings(Protocol):
    """The part of pytest-django's ``settings`` used here."""

    TEMPLATES: list[dict[str, Any]]
    ROOT_URLCONF: str


class Server(Protocol):
    """The part of pytest-django's ``live_server`` used here."""

    url: str


@pytest.fixture
def gallery_urls(settings: Settings) -> None:
    """Mounts the gallery beside the product."""
    engine = dict(settings.TEMPLATES[0])
    engine["DIRS"] = [*engine["DIRS"], TEMPLATES]
    settings.TEMPLATES = [engine]
    settings.ROOT_URLCONF = "tests.webui.gallery_urls"


@pytest.fixture
def gallery(gallery_urls: None, live_server: Server) -> str:
    """The gallery's address, served for a browser."""
    del gallery_urls
    return f"{live_server.url}/gallery"
