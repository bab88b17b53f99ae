"""The demo CA's own page in a real browser: accessible, and usable without JavaScript."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scep.__main__ import main
from tests.browser import BrowserPage, ColorScheme, OpenPage, accessibility_problems
from tests.democa_server import RunningCa, run_democa

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with run_democa(tmp_path_factory.mktemp("browser") / "democa") as ca:
        yield ca


def open_as_operator(opened: BrowserPage, ca: RunningCa) -> Page:
    """The page with the operator's password at hand, as a browser keeps it."""
    address = ca.url.replace("http://", f"http://{ca.user}:{ca.password}@")
    opened.page.goto(address)
    return opened.page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(
    browser_page: OpenPage, running: RunningCa, scheme: ColorScheme
) -> None:
    page = open_as_operator(browser_page(color_scheme=scheme), running)

    assert accessibility_problems(page) == []


def test_every_button_works_without_javascript(browser_page: OpenPage, running: RunningCa) -> None:
    page = open_as_operator(browser_page(javascript=False), running)

    page.get_by_role("textbox", name="Subject").fill("CN=fw-01,O=Example")
    page.get_by_role("textbox", name="Alternative names").fill("dns:fw-01.example.com")
    page.get_by_role("button", name="Make a password").click()
    expect(page.get_by_text("It is not shown again.")).to_be_visible()
    page.get_by_role("link", name="About this CA").click()
    expect(page.get_by_text("DNS:fw-01.example.com")).to_be_visible()

    page.get_by_role("button", name="Make the next CA").click()
    page.get_by_role("button", name="Let the next CA take over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("scepadmin Demo Root CA 2")


def test_a_narrow_page_does_not_scroll_sideways(
    browser_page: OpenPage, running: RunningCa, tmp_path: Path
) -> None:
    password = running.one_time_password()
    enrollment = ["enroll", running.scep_url, "--subject", "CN=fw-02", "--challenge", password]
    assert main([*enrollment, "--bits", "1024", "--out", str(tmp_path / "fw-02")]) == 0
    page = open_as_operator(browser_page(size=(390, 800)), running)
    expect(page.get_by_role("button", name="Revoke CN=fw-02")).to_have_count(1)

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width <= 390
