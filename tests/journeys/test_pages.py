"""Every page and dialog, light and dark: nothing for axe to find, nothing in the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import ColorScheme, OpenPage, accessibility_problems
from tests.demo_process import Demo, run_demo
from tests.journeys import pages, steps

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def pictures() -> Path:
    """Where the pictures of this run go, for people to look at."""
    folder = Path("build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[Demo]:
    """A demo to furnish."""
    with run_demo(tmp_path / "data") as running:
        yield running


def test_every_page_and_dialog_is_accessible_light_and_dark(
    furnished: Demo, browser_page: OpenPage, pictures: Path
) -> None:
    first = browser_page().page
    steps.sign_in(first, furnished)
    first.screenshot(path=pictures / "certificates-empty-light.png")
    assert accessibility_problems(first) == []
    pages.furnish(first, furnished)

    found = {
        f"{name}-{scheme}": problems
        for scheme in _SCHEMES
        for name, problems in _problems(furnished, browser_page, scheme, pictures).items()
        if problems
    }

    assert found == {}


_SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")


def _problems(
    demo: Demo, browser_page: OpenPage, scheme: ColorScheme, pictures: Path
) -> dict[str, list[str]]:
    watched = browser_page(color_scheme=scheme)
    watched.expect("404 (Not Found)", "422 (Unprocessable Entity)")
    page = watched.page
    page.goto(f"{demo.url}/login/")
    found = {"login": _look(page, pictures / f"login-{scheme}.png")}
    steps.sign_in(page, demo)
    for name, visit in pages.PAGES.items():
        visit(page, demo)
        found[name] = _look(page, pictures / f"{name}-{scheme}.png")
    return found


def _look(page: Page, picture: Path) -> list[str]:
    page.screenshot(path=picture)
    return accessibility_problems(page)
