"""Every component in Chromium: accessible in both colour schemes, wide and narrow, no CSP stop."""

import pytest
from playwright.sync_api import Page

from tests.browser import BrowserPage, ColorScheme, OpenPage, accessibility_problems

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WIDE = (1360, 760)
NARROW = (320, 640)
PAGES = ["", "empty/", "components/", "card/", "form/", "job/", "facts/"]
DIALOGS = ["Add", "Generate", "branch-07"]
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """A desktop's window, and the narrowest that WCAG 1.4.10 asks for."""
    found: tuple[int, int] = request.param
    return found


def _overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def _check(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not _overflows(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_accessible(
    gallery: str, browser_page: OpenPage, scheme: ColorScheme, size: tuple[int, int]
) -> None:
    page = browser_page(color_scheme=scheme, size=size).page

    for path in PAGES:
        page.goto(f"{gallery}/{path}")
        _check(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_dialog_is_accessible(
    gallery: str, browser_page: OpenPage, scheme: ColorScheme, size: tuple[int, int]
) -> None:
    page = browser_page(color_scheme=scheme, size=size).page
    page.goto(f"{gallery}/")

    for words in DIALOGS:
        page.get_by_text(words, exact=True).click()
        page.wait_for_selector("dialog:modal")
        _check(page)
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_form_with_errors_is_accessible(
    gallery: str, browser_page: OpenPage, scheme: ColorScheme
) -> None:
    opened = browser_page(color_scheme=scheme)
    opened.expect("422")
    opened.page.goto(f"{gallery}/form/")
    opened.page.get_by_role("button", name="OK").click()
    opened.page.wait_for_selector(".errorlist")

    _check(opened.page)


@pytest.mark.parametrize("path", ["refused/", "missing/", "failing/"])
def test_an_error_page_is_accessible(gallery: str, browser_page: OpenPage, path: str) -> None:
    opened = browser_page()
    opened.expect("409", "404", "500")
    opened.page.goto(f"{gallery}/{path}")

    _check(opened.page)


def test_paper_gets_the_list_without_the_frame(gallery: str, browser_page: OpenPage) -> None:
    page = browser_page().page
    page.emulate_media(media="print")
    page.goto(f"{gallery}/")

    assert page.locator(".grid").is_visible()
    for part in (".top-bar", ".tree", ".toolbar", ".status-bar"):
        assert not page.locator(part).is_visible()


def test_a_stopped_script_is_a_complaint(gallery: str, browser_page: OpenPage) -> None:
    opened: BrowserPage = browser_page()
    opened.page.goto(f"{gallery}/")

    opened.page.evaluate("document.body.setAttribute('style', 'color: red')")
    opened.page.wait_for_function("true")

    assert any("Content Security Policy" in text for text in opened.unexpected())
    opened.expect("Content Security Policy")
