"""Every page and dialog, light and dark: nothing for axe to find, nothing in the console."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import ColorScheme, OpenPage, accessibility_problems
from tests.demo_process import Demo, run_demo
from tests.journeys import pages, steps

pytestmark = pytest.mark.e2e

_SCHEMES: Final[tuple[ColorScheme, ...]] = ("light", "dark")
_NAMES: Final = tuple(pages.PAGES)
_BATCHES: Final = [_NAMES[start : start + 15] for start in range(0, len(_NAMES), 15)]


@pytest.fixture(scope="module")
def pictures() -> Path:
    """Where the pictures of this run go, for people to look at."""
    folder = Path("build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with nothing in it."""
    with run_demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo in a state worth looking at."""
    with run_demo(tmp_path_factory.mktemp("furnished") / "data") as running:
        with chromium.new_context() as context:
            page = context.new_page()
            steps.sign_in(page, running)
            pages.furnish(page, running)
        yield running


def test_the_first_page_is_accessible_before_there_is_anything(
    demo: Demo, browser_page: OpenPage, pictures: Path
) -> None:
    page = browser_page().page
    steps.sign_in(page, demo)

    assert _look(page, pictures / "certificates-empty-light.png") == []


# In batches, so that none comes near the time after which a test counts as hanging.
@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("names", _BATCHES, ids=lambda names: f"{names[0]}..{names[-1]}")
def test_every_page_and_dialog_is_accessible(
    furnished: Demo,
    browser_page: OpenPage,
    pictures: Path,
    names: Sequence[str],
    scheme: ColorScheme,
) -> None:
    watched = browser_page(color_scheme=scheme)
    watched.expect("404 (Not Found)", "422 (Unprocessable Entity)")
    page = watched.page
    page.goto(f"{furnished.url}/login/")
    found = {"login": _look(page, pictures / f"login-{scheme}.png")}
    steps.sign_in(page, furnished)
    for name in names:
        pages.PAGES[name](page, furnished)
        found[name] = _look(page, pictures / f"{name}-{scheme}.png")

    assert {name: problems for name, problems in found.items() if problems} == {}


def _look(page: Page, picture: Path) -> list[str]:
    page.screenshot(path=picture)
    return accessibility_problems(page)
