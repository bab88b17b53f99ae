"""The dashboard in Chromium: a bar leads to its certificates, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates.models import EnrollmentState
from jobs import services as jobs
from scep.transcript import StepName
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import MARIA, Bench
from tests.dashboard.furnishing import enroll, fail_exchange, keep, real_now

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

URL = "/dashboard/"


def furnish(bench: Bench) -> None:
    """Certificates that end at several times, enrollments that failed and did not, a job."""
    for name, days in (("old", -3), ("soon", 3), ("later", 60), ("last", 500)):
        keep(bench, name, days=days)
    profile = bench.running_profile(name="ndes")
    enroll(bench, profile, "fw-1", EnrollmentState.ISSUED)
    enroll(bench, profile, "fw-2", EnrollmentState.REFUSED, reason="The CA said no.")
    fail_exchange(StepName.PKIOPERATION, "The CA said no.")
    jobs.enqueue(kind="validate", arguments={}, by=MARIA, at=real_now(), description="Everything")


@pytest.fixture
def page(browser_page: OpenPage, live_server: LiveServer, maria: Client, bench: Bench) -> Page:
    """The dashboard of a furnished device."""
    furnish(bench)
    return open_signed_in(browser_page(), live_server.url, maria, URL)


def test_a_click_on_a_bar_lists_what_ends_then(page: Page) -> None:
    bars = page.get_by_role("link", name=re.compile("1 certificate$"))
    expect(bars.first).to_be_visible()

    bars.first.click()

    expect(page.locator("h1")).to_contain_text("Certificates")
    expect(page.get_by_role("row").filter(has_text="soon")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="later")).to_have_count(0)


def test_the_keyboard_reaches_tiles_and_bars(page: Page) -> None:
    page.locator("#tile-weak").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Months")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".chart-bar").first).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("Certificates")
    expect(page.get_by_role("row").filter(has_text="soon")).to_have_count(1)


def test_a_change_is_shown_without_losing_the_focus(page: Page, bench: Bench) -> None:
    expect(page.locator("#tile-all .tile-count")).to_have_text("5")
    page.locator("#tile-expired").focus()
    bench.keep("new", authority("New"))

    page.evaluate("document.body.dispatchEvent(new Event('certificates-changed'))")

    expect(page.locator("#tile-all .tile-count")).to_have_text("6")
    expect(page.locator("#tile-expired")).to_be_focused()


def test_a_job_opens_over_the_dashboard(page: Page) -> None:
    page.get_by_role("region", name="Running jobs").get_by_role("link").first.click()

    expect(page.get_by_role("dialog")).to_contain_text("Everything")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scheme: ColorScheme,
    browser_page: OpenPage,
    live_server: LiveServer,
    maria: Client,
    bench: Bench,
) -> None:
    watched = browser_page(color_scheme=scheme)
    page = open_signed_in(watched, live_server.url, maria, URL)
    expect(page.get_by_text("Make a SCEP profile")).to_be_visible()
    assert accessibility_problems(page) == []

    furnish(bench)
    page.goto(f"{live_server.url}{URL}?by=week")

    expect(page.locator(".chart-bar")).to_have_count(2)
    assert accessibility_problems(page) == []
