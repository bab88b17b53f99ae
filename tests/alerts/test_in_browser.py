"""Alerts in Chromium: a server profile added, tested and named in the settings; axe; keyboard."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from jobs.models import Job
from tests.alerts.workbench import HOOK, KEY, SYSLOGGER, Workbench
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

EMAILS = "/device/server-profiles/email/"


def fill(page: Page, **fields: str) -> None:
    """Fill fields of the open dialog by their names."""
    for name, value in fields.items():
        page.get_by_role("dialog").locator(f"[name={name}]").fill(value)


def ok(page: Page) -> None:
    """Save the open dialog."""
    page.get_by_role("dialog").get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_profile_is_added_by_keyboard_and_named_in_the_settings(
    browser_page: OpenPage, live_server: LiveServer, maria: Client
) -> None:
    page = open_signed_in(browser_page(), live_server.url, maria, EMAILS)
    page.get_by_role("link", name="Add").press("Enter")
    expect(page.get_by_label("Name", exact=False).first).to_be_focused()
    fill(page, name="ops", gateway="mail.example.com", sender="fw@example.com")
    fill(page, recipients="pki@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="mail.example.com")).to_have_count(1)

    page.get_by_role("link", name="Alert Settings").click()
    page.locator("#edit-alerts").click()
    page.get_by_role("dialog").locator("[name=email]").select_option("ops")
    ok(page)

    expect(page.locator(".setting-card")).to_contain_text("ops")
    expect(page.locator(".setting-card")).to_contain_text("Not committed")


def test_a_test_message_opens_its_job(
    browser_page: OpenPage, live_server: LiveServer, maria: Client, device: Workbench
) -> None:
    device.profile()
    page = open_signed_in(browser_page(), live_server.url, maria, EMAILS)
    page.get_by_role("link", name="ops").click()

    page.get_by_role("dialog").get_by_role("button", name="Send test").click()

    expect(page.get_by_role("dialog")).to_contain_text("Test: ops")
    assert Job.objects.filter(kind="deliver_alert").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scheme: ColorScheme,
    browser_page: OpenPage,
    live_server: LiveServer,
    maria: Client,
    device: Workbench,
) -> None:
    watched = browser_page(color_scheme=scheme)
    page = open_signed_in(watched, live_server.url, maria, "/monitor/alerts/")
    assert accessibility_problems(page) == []
    uuid = device.profile(HOOK, "hook", key=KEY)
    device.profile(SYSLOGGER, "siem")
    maria.post(f"/device/server-profiles/test/{uuid}/")

    for path in (
        "/monitor/alerts/",
        EMAILS,
        "/device/server-profiles/syslog/",
        f"/device/server-profiles/http/{uuid}/",
        "/device/alert-settings/",
        "/device/alert-settings/edit/",
    ):
        page.goto(live_server.url + path)
        assert accessibility_problems(page) == [], path
