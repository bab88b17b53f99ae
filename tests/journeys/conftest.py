"""A demo process for each module of journeys, and pages signed in to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import OpenPage
from tests.demo_process import Demo, run_demo
from tests.interop.conftest import scepserver
from tests.journeys import steps

__all__ = ["scepserver"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo with an empty data folder."""
    with run_demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture
def admin_page(demo: Demo, browser_page: OpenPage) -> Page:
    """A page on which the administrator has signed in."""
    watched = browser_page()
    # Chromium writes every 422 to the console; here it is how a form is refused.
    watched.expect("422 (Unprocessable Entity)")
    steps.sign_in(watched.page, demo)
    return watched.page


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Where downloaded files go."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder
