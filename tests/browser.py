"""Chromium for tests: one process per run, one fresh context per page, no silent errors.

A page opened here fails its test if anything was written to its console as an error, if a script
threw, or if the content security policy stopped something; a test that expects such a message
names it with ``BrowserPage.expect``.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from django.conf import settings
from django.test import Client

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTLE_MS: Final = 10_000
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

ColorScheme = Literal["light", "dark"]


@dataclass
class BrowserPage:
    """A page under watch.

    Attributes:
        page: Playwright's page.
        complaints: what the console and scripts said was wrong.
        expected: parts of complaints that the test foresees.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *parts: str) -> None:
        """Allow complaints that hold one of these texts."""
        self.expected.extend(parts)

    def unexpected(self) -> list[str]:
        """Return what went wrong without being expected."""
        return [text for text in self.complaints if not any(part in text for part in self.expected)]

    def note(self, message: ConsoleMessage) -> None:
        """Keep a message of the console if it is a complaint."""
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


class OpenPage(Protocol):
    """What the fixture ``browser_page`` gives: a function that opens one more page."""

    def __call__(
        self,
        *,
        color_scheme: ColorScheme = "light",
        size: tuple[int, int] = (1360, 760),
        javascript: bool = True,
        ignore_https_errors: bool = False,
    ) -> BrowserPage:
        """Open an empty page in a context of its own."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one Chromium of this run."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.fspath(CHROMIUM), args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[OpenPage]:
    """A function that opens pages; complaints on any of them fail the test at its end."""
    opened: list[BrowserPage] = []
    with ExitStack() as contexts:
        yield _opener(chromium, opened, contexts.callback)
        complaints = [text for page in opened for text in page.unexpected()]
    assert complaints == []


def _opener(
    chromium: Browser,
    opened: list[BrowserPage],
    at_end: Callable[[Callable[[], None]], object],
) -> OpenPage:
    def open_page(
        *,
        color_scheme: ColorScheme = "light",
        size: tuple[int, int] = (1360, 760),
        javascript: bool = True,
        ignore_https_errors: bool = False,
    ) -> BrowserPage:
        context: BrowserContext = chromium.new_context(
            color_scheme=color_scheme,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            ignore_https_errors=ignore_https_errors,
            timezone_id="UTC",
        )
        context.set_default_timeout(SETTLE_MS)
        at_end(context.close)
        watched = BrowserPage(context.new_page())
        watched.page.on("console", watched.note)
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        opened.append(watched)
        return watched

    return open_page


def open_signed_in(watched: BrowserPage, server_url: str, client: Client, path: str) -> Page:
    """Open a page of a live server with the session of a test client."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page = watched.page
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server_url}])
    page.goto(server_url + path)
    return page


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, one line per element; empty when nothing is."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
    return [
        f"{violation['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
