"""Signing in with a browser: banner, message of the day, lock-out, sessions that end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.conf import settings as django_settings
from django.test import Client

from device.sessions import SessionStore
from device.spec import AuthenticationSettings, Banners, GeneralSettings, PasswordComplexity
from setup.services.management import save
from setup.spec.management import Value
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.setup.workbench import MARIA, Workbench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PICTURES = Path("build/screenshots")
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
BANNER = "Authorized use only.\nActivity may be monitored and reported."


@pytest.fixture(autouse=True)
def _section(settings: Settings) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    settings.CONFIG_SECTIONS = [
        *settings.CONFIG_SECTIONS,
        "setup.section.management.ManagementSection",
    ]


def have(bench: Workbench, name: str, value: Value) -> None:
    """Have settings in force."""
    save(name=name, value=value, expected_version=None, by=MARIA, at=bench.tick())
    bench.commit()


def look(page: Page, name: str) -> None:
    """Take a picture, light and dark, and let axe look for problems."""
    found = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
        found[scheme] = accessibility_problems(page)
    assert found == {"light": [], "dark": []}


def log_in(page: Page, password: str = "Blue-Harbor-42") -> None:
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log In").click()


def test_banner_and_message_of_the_day(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del maria
    general = GeneralSettings(login_banner=BANNER, ack_login_banner=True)
    have(bench, "general-settings", general)
    banners = Banners(
        motd_enabled=True,
        motd_title="Change freeze",
        motd_message="No commits before Monday.\nAsk Paul about exceptions.",
        motd_severity="warning",
    )
    have(bench, "banners-and-messages", banners)
    watched = browser_page()
    watched.expect("422 (Unprocessable Entity)")
    page = watched.page
    page.goto(f"{live_server.url}/login/?next=/monitor/system/")
    expect(page.get_by_label("Login banner")).to_contain_text("Activity may be monitored")
    look(page, "login-banner")

    page.locator("form").evaluate("form => form.noValidate = true")
    log_in(page)
    expect(page.get_by_text("Acknowledge the statement to log in.")).to_be_visible()
    page.get_by_label("I accept and acknowledge").check()
    log_in(page)

    dialog = page.get_by_role("dialog", name="Change freeze")
    expect(dialog).to_contain_text("Ask Paul about exceptions.")
    look(page, "message")
    dialog.get_by_label("Do not show again").check()
    dialog.get_by_role("button", name="OK").click()
    expect(page).to_have_url(f"{live_server.url}/monitor/system/")

    page.get_by_role("button", name="Logout").click()
    page.get_by_label("I accept and acknowledge").check()
    log_in(page)
    expect(page.get_by_role("button", name="Logout")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_locked_out_and_unlocked_by_another_admin(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    have(bench, "authentication-settings", AuthenticationSettings(failed_attempts=2))
    watched = browser_page()
    watched.expect("422 (Unprocessable Entity)")
    page = watched.page
    page.goto(f"{live_server.url}/login/")
    log_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")
    log_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("Another admin has to unlock it.")
    log_in(page)
    expect(page.get_by_role("alert")).to_contain_text("This user name is locked out")
    look(page, "login-locked-out")

    other = open_signed_in(browser_page(), live_server.url, maria, "/device/sessions/")
    expect(other.get_by_role("region", name="Locked out")).to_contain_text("Admin maria")
    look(other, "sessions")
    other.get_by_role("button", name="Unlock maria").click()
    expect(other.get_by_text("No user name and no address is locked out.")).to_be_visible()

    log_in(page)
    expect(page.get_by_text("2 failed sign-ins before this one")).to_be_visible()
    page.get_by_role("link", name="Last Login Time").click()
    dialog = page.get_by_role("dialog", name="Sign-ins of maria")
    expect(dialog).to_contain_text("If that was not you")
    look(page, "sign-ins")
    dialog.get_by_role("button", name="End").first.click()
    expect(dialog.get_by_role("button", name="End")).to_have_count(0)
    other.reload()
    expect(other.get_by_role("button", name="Log In")).to_be_visible()


def test_a_session_that_was_not_used_ends_and_leads_back(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    page = open_signed_in(browser_page(), live_server.url, maria, "/device/setup/management/")
    store = SessionStore(maria.cookies[django_settings.SESSION_COOKIE_NAME].value)
    store["used_at"] = (datetime.now(UTC) - timedelta(minutes=61)).isoformat()
    store.save()

    page.get_by_role("link", name="Edit Authentication Settings").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    log_in(page)

    expect(page).to_have_url(f"{live_server.url}/device/setup/management/")


def test_a_password_that_somebody_else_has_set_is_changed_before_anything_else(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del maria
    strict = PasswordComplexity(enabled=True, change_on_first_login=True, minimum_length=15)
    have(bench, "password-complexity", strict)
    watched = browser_page()
    watched.expect("422 (Unprocessable Entity)")
    page = watched.page
    page.goto(f"{live_server.url}/login/?next=/monitor/system/")
    log_in(page)

    dialog = page.get_by_role("dialog", name="Change Password")
    expect(dialog).to_contain_text("Choose another one to go on.")
    for password, words in (("Short-1", "at least 15 characters"), ("Green-Harbor-4344", "")):
        dialog.locator("[name=present]").fill("Blue-Harbor-42")
        dialog.locator("[name=password]").fill(password)
        dialog.locator("[name=confirmation]").fill(password)
        dialog.get_by_role("button", name="OK").click()
        if words:
            expect(dialog).to_contain_text(words)
            look(page, "password-due")

    page.wait_for_url(f"{live_server.url}/dashboard/")  # where the dialog's page leads
    page.goto(f"{live_server.url}/monitor/system/")
    expect(page.get_by_text("The password of admin maria was changed.")).to_be_visible()


def test_the_end_of_a_session_is_announced(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    page = open_signed_in(browser_page(), live_server.url, maria, "/device/setup/management/")
    store = SessionStore(maria.cookies[django_settings.SESSION_COOKIE_NAME].value)
    store["used_at"] = (datetime.now(UTC) - timedelta(minutes=59)).isoformat()
    store.save()

    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text("Your session ends in a moment.", timeout=15_000)
    look(page, "session-ends")


def test_settings_are_changed_in_their_dialogs(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    watched = browser_page()
    watched.expect("422 (Unprocessable Entity)")
    page = open_signed_in(watched, live_server.url, maria, "/device/setup/management/")
    look(page, "setup-management")
    names = (
        "General Settings",
        "Minimum Password Complexity",
        "Banners and Messages",
        "Authentication Settings",
    )
    for name in names:
        page.get_by_role("link", name=f"Edit {name}").click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        look(page, f"setup-{name.split()[0].lower()}")
        if name != "Authentication Settings":
            page.get_by_role("dialog").get_by_text("Cancel", exact=True).click()
            expect(page.get_by_role("dialog")).to_have_count(0)

    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Failed Attempts", exact=True).fill("11")
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_text("Allowed: 1 to 10")).to_be_visible()
    dialog.get_by_label("Failed Attempts", exact=True).fill("3")
    dialog.get_by_role("button", name="OK").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="Authentication Settings")).to_contain_text(
        "Not committed"
    )
