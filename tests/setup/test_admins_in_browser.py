"""Administrators and admin roles in Chromium: by keyboard, without JavaScript, light and dark."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from device.models import Admin
from domain.actors import Role
from setup.queries import admins as queries
from setup.spec.admin_role import AdminRole
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.setup.people import PASSWORD, People

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

ADMINS = "/device/administrators/"
ROLES = "/device/admin-roles/"
OWN = "/device/own-password/"


@pytest.fixture
def maria(people: People) -> Client:
    """A browser in which maria, the first administrator, has signed in."""
    del people
    client = Client()
    client.force_login(Admin.objects.get(username="maria"))
    return client


def _type(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_administrator_is_added_by_keyboard(
    maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    page = open_signed_in(browser_page(), live_server.url, maria, ADMINS)
    page.get_by_role("toolbar").get_by_text("Add", exact=True).focus()
    _type(page, "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=name]")).to_be_focused()
    systems = dialog.get_by_role("group", name="Virtual Systems")
    expect(systems).to_be_hidden()

    page.keyboard.type("rita")
    _type(page, "Tab")
    page.keyboard.type(PASSWORD)
    _type(page, "Tab")
    page.keyboard.type(PASSWORD)
    _type(page, "Tab")
    dialog.locator("[name=role]").select_option("vsysreader")
    expect(systems).to_be_visible()
    _type(page, "Tab", "Space", "Tab", "Tab", "Enter")

    expect(dialog).to_have_count(0)
    row = page.get_by_role("row", name=re.compile("rita.*vsysreader.*vsys1.*Not committed"))
    expect(row).to_be_visible()


def test_a_role_for_virtual_systems_offers_what_these_have(
    maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    page = open_signed_in(browser_page(), live_server.url, maria, ROLES)
    page.get_by_role("toolbar").get_by_text("Add", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name="Setup", exact=True)).to_be_visible()

    dialog.get_by_role("radio", name="Virtual System").check()

    expect(dialog.get_by_role("group", name="Setup", exact=True)).to_be_hidden()
    dialog.locator("[name=name]").fill("branch")
    dialog.get_by_role("group", name="SCEP", exact=True).get_by_label("Enable").check()
    dialog.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("branch.*Virtual System"))).to_be_visible()


def test_everything_works_without_javascript(
    maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    watched = browser_page(javascript=False)
    page = open_signed_in(watched, live_server.url, maria, f"{ADMINS}add/")
    page.locator("[name=name]").fill("rita")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=confirmation]").fill(PASSWORD)
    page.locator("[name=role]").select_option("deviceadmin")
    page.get_by_role("button", name="OK", exact=True).click()

    expect(page).to_have_url(live_server.url + ADMINS)
    assert [item.admin.role for item in queries.admins()] == [Role.SUPERUSER, Role.DEVICEADMIN]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [ADMINS, f"{ADMINS}add/", ROLES, f"{ROLES}add/", OWN, "edit"])
def test_axe_finds_nothing(
    people: People,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
    scheme: ColorScheme,
    path: str,
) -> None:
    people.give(AdminRole("auditor"))
    rita = people.hire("rita", Role.CUSTOM, "auditor")
    url = f"{ADMINS}{rita}/" if path == "edit" else path

    page = open_signed_in(browser_page(color_scheme=scheme), live_server.url, maria, url)

    assert accessibility_problems(page) == []
