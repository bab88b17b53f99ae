"""Virtual systems in Chromium: created, used, filtered by, kept while they hold something."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.setup.workbench import Workbench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SYSTEMS = "/device/virtual-systems/"
SCEP = "/device/scep/"


@pytest.fixture(autouse=True)
def _profiles_too(settings: Settings) -> None:
    settings.CONFIG_SECTIONS = [
        "setup.section.vsys.VirtualSystemsSection",
        "profiles.section.ProfilesSection",
        "certificates.section.CertificatesSection",
    ]


def _tool(page: Page, name: str) -> None:
    page.get_by_role("toolbar").get_by_text(name, exact=True).click()


def _ok(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _add_system(page: Page, name: str) -> None:
    _tool(page, "Add")
    page.get_by_label("Name").fill(name)
    _ok(page)


def _add_profile(page: Page, name: str) -> None:
    _tool(page, "Add")
    dialog = page.get_by_role("dialog")
    for field, value in (
        ("name", name),
        ("server_url", "http://ca.example/scep"),
        ("ca_ident", "CORP"),
        ("subject", "CN=$USERNAME"),
    ):
        dialog.locator(f"[name={field}]").fill(value)
    _ok(page)


def test_a_virtual_system_from_its_creation_to_its_refused_deletion(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    watched = browser_page()
    watched.expect("422")
    page = open_signed_in(watched, live_server.url, maria, SYSTEMS)
    _add_system(page, "Branch")
    expect(page.get_by_role("row", name=re.compile("vsys2.*Branch.*Not committed"))).to_be_visible()

    page.goto(live_server.url + SCEP)
    _add_profile(page, "everywhere")
    page.get_by_label("Virtual System").select_option("vsys2")
    expect(page.get_by_label("Virtual System")).to_have_value("vsys2")
    expect(page.get_by_role("row", name=re.compile("everywhere"))).to_have_count(0)
    _add_profile(page, "of-the-branch")  # the location chosen is where it goes
    row = page.get_by_role("row", name=re.compile("of-the-branch"))
    expect(row.get_by_text("Branch (vsys2)")).to_be_visible()
    page.get_by_label("Virtual System").select_option("vsys1")
    expect(page.get_by_role("row", name=re.compile("of-the-branch"))).to_have_count(0)
    expect(page.get_by_role("row", name=re.compile("everywhere"))).to_be_visible()

    page.goto(live_server.url + SYSTEMS)
    page.get_by_role("checkbox", name="Select vsys2").check()
    _tool(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("SCEP profile of-the-branch")


def test_the_selector_works_without_javascript(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    bench.add(2, "Branch")
    page = open_signed_in(browser_page(javascript=False), live_server.url, maria, SCEP)

    page.get_by_label("Virtual System").select_option("vsys2")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(live_server.url + SCEP)
    expect(page.get_by_label("Virtual System")).to_have_value("vsys2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["", "add/", "2/", "delete/", "multi-vsys/"], ids=lambda path: path.strip("/") or "list"
)
def test_axe_finds_nothing(
    bench: Workbench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
    scheme: ColorScheme,
    path: str,
) -> None:
    bench.add(2, "Branch")
    watched = browser_page(color_scheme=scheme)

    page = open_signed_in(watched, live_server.url, maria, SYSTEMS + path)

    assert accessibility_problems(page) == []
