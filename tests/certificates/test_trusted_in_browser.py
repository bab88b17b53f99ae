"""The tab Default Trusted Certificate Authorities in Chromium."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from pki import default_cas
from tests.browser import (
    ColorScheme,
    OpenPage,
    accessibility_problems,
    open_signed_in,
)
from tests.certificates.workbench import Bench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PATH = "/device/certificates/trusted/"


@pytest.fixture
def page(bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Page:
    """The tab, open."""
    del bench
    return open_signed_in(browser_page(), live_server.url, maria, PATH)


def _names() -> list[str]:
    return [ca.name for ca in default_cas.default_cas().cas]


def test_the_tabs_lead_there_and_back(page: Page, live_server: LiveServer) -> None:
    tabs = page.get_by_role("navigation", name="Certificates", exact=True)
    tabs.get_by_role("link", name="Device Certificates").click()
    expect(page.get_by_text("No certificates yet")).to_be_visible()
    tabs.get_by_role("link", name="Default Trusted Certificate Authorities").click()

    expect(page).to_have_url(f"{live_server.url}{PATH}")


def test_a_ca_is_found_by_typing_and_disabled_by_keyboard(page: Page) -> None:
    name = _names()[-1]
    page.get_by_label("Search").fill(name)
    expect(page.get_by_role("status").filter(has_text="CAs")).to_contain_text("1 of ")

    page.get_by_role("link", name=name).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Disable").press("Enter")

    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("disabled")
    expect(row).to_contain_text("not committed")
    expect(page.get_by_label("Search")).to_have_value(name)
    expect(page.locator("#commit-button")).to_contain_text("1")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("enabled")


def test_the_details_open_over_the_list_and_close_to_it(
    page: Page, live_server: LiveServer
) -> None:
    link = page.get_by_role("link", name=_names()[0], exact=True)
    link.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Extensions").click()
    expect(dialog.get_by_text("Whether it may issue certificates")).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download DER").click()
    page.keyboard.press("Escape")

    assert download.value.suggested_filename == f"{_names()[0]}.cer"
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    expect(page).to_have_url(f"{live_server.url}{PATH}")


def test_disabling_works_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    plain = open_signed_in(browser_page(javascript=False), live_server.url, maria, PATH)

    plain.get_by_role("row").filter(has_text=_names()[0]).get_by_role("checkbox").check()
    plain.get_by_role("button", name="Disable").click()

    expect(plain.get_by_role("row").filter(has_text=_names()[0])).to_contain_text("disabled")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(
    color_scheme: ColorScheme,
    bench: Bench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    del bench
    watched = browser_page(color_scheme=color_scheme)
    page = open_signed_in(watched, live_server.url, maria, PATH)
    page.get_by_label("Select " + _names()[0]).check()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("not committed")).to_be_visible()

    assert accessibility_problems(page) == []
    page.get_by_role("link", name=_names()[0]).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert accessibility_problems(page) == []
