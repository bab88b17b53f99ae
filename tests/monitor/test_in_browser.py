"""The exchanges in Chromium: filter, dialog, keyboard, no JavaScript."""

import re

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.monitor.conftest import DNS_PASSED, TLS_FAILED, Keep, sent_and_received

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PATH = "/monitor/scep/"


def test_the_filter_works_at_once_and_stays_in_the_address(
    maria: Client, keep: Keep, live_server: LiveServer, browser_page: OpenPage
) -> None:
    keep(DNS_PASSED, name="good")
    keep(TLS_FAILED, name="bad", outcome="failed")
    page = open_signed_in(browser_page(), live_server.url, maria, PATH)

    page.get_by_label("Result").select_option("failed")

    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="1 to 1 of 1 exchange")).to_be_visible()
    expect(page).to_have_url(re.compile("result=failed"))
    page.reload()
    expect(page.get_by_label("Result")).to_have_value("failed")
    expect(page.get_by_role("row")).to_have_count(2)


def test_an_exchange_opens_by_keyboard_and_its_message_is_downloaded(
    maria: Client, keep: Keep, live_server: LiveServer, browser_page: OpenPage
) -> None:
    keep(sent_and_received())
    page = open_signed_in(browser_page(), live_server.url, maria, PATH)
    link = page.get_by_role("table").get_by_role("link").first
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("The server granted the request.").click()

    with page.expect_download() as download:
        dialog.get_by_role("link", name="PKIOperation sent").click()

    assert download.value.path().read_bytes() == b"\x30\x82request"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_everything_works_without_javascript(
    maria: Client, keep: Keep, live_server: LiveServer, browser_page: OpenPage
) -> None:
    keep(DNS_PASSED, name="good")
    keep(TLS_FAILED, name="bad", outcome="failed")
    page = open_signed_in(browser_page(javascript=False), live_server.url, maria, PATH)

    page.get_by_label("Step").select_option("TLS")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("table").get_by_role("link").first.click()

    expect(page.get_by_text("The certificate has expired.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    maria: Client,
    keep: Keep,
    live_server: LiveServer,
    browser_page: OpenPage,
    scheme: ColorScheme,
) -> None:
    uuid = keep(DNS_PASSED, sent_and_received())
    page = open_signed_in(browser_page(color_scheme=scheme), live_server.url, maria, PATH)

    for path in (PATH, f"{PATH}{uuid}/", f"{PATH}?result=failed"):
        page.goto(live_server.url + path)
        assert accessibility_problems(page) == []
