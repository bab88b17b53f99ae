"""Exporting and importing whole configurations in Chromium: keyboard, no JavaScript, axe."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from configuration import queries as configuration
from device.models import DeviceFacts
from tests.browser import (
    BrowserPage,
    ColorScheme,
    OpenPage,
    accessibility_problems,
    open_signed_in,
)
from tests.certificates.firewall import running_config
from tests.certificates.moving import exported, furnish
from tests.certificates.workbench import Bench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

OPERATIONS = "/device/setup/operations/"


def payload(data: bytes, name: str = "fw.xml") -> FilePayload:
    return {"name": name, "mimeType": "application/xml", "buffer": data}


class Operations:
    """The Operations page as maria sees it."""

    def __init__(self, watched: BrowserPage, server: LiveServer, maria: Client) -> None:
        watched.expect("422")  # the browser reports refused forms as errors
        self.page: Page = open_signed_in(watched, server.url, maria, OPERATIONS)

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def open(self, link: str) -> None:
        """Open a dialog."""
        self.page.get_by_role("link", name=link, exact=True).click()
        expect(self.dialog).to_be_visible()

    def choose(self, data: bytes, name: str = "fw.xml") -> None:
        """Choose the file to import."""
        self.dialog.locator("[name=file]").set_input_files([payload(data, name)])

    def press(self, name: str) -> None:
        """Click a button of the dialog."""
        self.dialog.get_by_role("button", name=name, exact=True).click()


@pytest.fixture(autouse=True)
def _device(bench: Bench) -> None:
    DeviceFacts.objects.create(hostname="fw-7", serial="0" * 12, model="m", sw_version="1.2.3")
    furnish(bench)


@pytest.fixture
def seen(maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Operations:
    """The page, open."""
    return Operations(browser_page(), live_server, maria)


def test_what_is_downloaded_can_be_imported_again(
    bench: Bench, seen: Operations, tmp_path: Path
) -> None:
    seen.open("Export configuration")
    seen.dialog.get_by_label("Configuration").select_option("candidate")
    with seen.page.expect_download() as download:
        seen.press("Export")
    name = download.value.suggested_filename
    assert name.startswith("fw-7-candidate-")
    download.value.save_as(tmp_path / name)
    seen.page.keyboard.press("Escape")
    expect(seen.dialog).to_have_count(0)
    bench.profile(name="since")

    seen.open("Import configuration")
    seen.choose((tmp_path / name).read_bytes(), name)
    seen.press("Check Only")
    expect(seen.dialog).to_contain_text("added 0, changed 0, removed 1. Nothing was changed.")
    seen.dialog.get_by_text("Back to Import").click()
    seen.choose((tmp_path / name).read_bytes(), name)
    seen.press("Import")

    expect(seen.page.get_by_role("heading", name="Configuration imported")).to_be_visible()
    names = [entry.name for entry in configuration.candidate_document().entries]
    assert "since" not in names


def test_a_firewall_s_file_leads_to_the_secrets_that_are_missing(seen: Operations) -> None:
    seen.open("Import configuration")
    seen.choose(running_config(), "running-config.xml")
    seen.press("Import")

    expect(seen.dialog).to_contain_text("Needs a secret (2)")
    expect(seen.dialog).to_contain_text("2 secrets must be entered again")
    seen.dialog.get_by_text("Not known here, left out").click()
    expect(seen.dialog.get_by_text("/config/shared/address")).to_be_visible()
    seen.dialog.get_by_role("link", name="corp-ndes").first.click()
    expect(seen.dialog.locator("[name=otp_password]")).to_be_visible()


def test_a_refusal_stands_in_the_dialog_and_the_file_can_be_chosen_again(
    bench: Bench, seen: Operations
) -> None:
    seen.open("Import configuration")
    seen.choose(b"<config>")
    seen.press("Import")
    expect(seen.dialog).to_contain_text("Line 1 of the file")

    seen.choose(exported(bench))
    seen.press("Import")
    expect(seen.dialog).to_contain_text("added 0, changed 0, removed 0.")


def test_the_import_works_by_keyboard(seen: Operations, bench: Bench) -> None:
    file = exported(bench)
    seen.page.get_by_role("link", name="Import configuration").focus()
    seen.page.keyboard.press("Enter")
    expect(seen.dialog.locator("[name=file]")).to_be_focused()
    seen.choose(file)
    seen.dialog.get_by_role("button", name="Check Only").focus()
    seen.page.keyboard.press("Enter")

    expect(seen.dialog).to_contain_text("Nothing was changed.")


def test_a_revision_of_config_audit_is_exported(bench: Bench, seen: Operations) -> None:
    bench.commit()
    seen.page.get_by_role("link", name="Config Audit", exact=True).click()

    seen.page.get_by_role("link", name="Export revision 1").click()
    expect(seen.dialog.get_by_label("Configuration")).to_have_value("revision-1")
    with seen.page.expect_download() as download:
        seen.press("Export")

    assert download.value.suggested_filename.startswith("fw-7-revision-1-")


def test_it_works_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    seen = Operations(browser_page(javascript=False), live_server, maria)
    seen.open("Import configuration")
    seen.choose(exported(bench))
    seen.press("Import")

    expect(seen.dialog).to_contain_text("added 0, changed 0, removed 0.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    scheme: ColorScheme, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    seen = Operations(browser_page(color_scheme=scheme), live_server, maria)
    assert accessibility_problems(seen.page) == []
    for link in ("Export configuration", "Import configuration"):
        seen.page.goto(f"{live_server.url}{OPERATIONS}")
        seen.open(link)
        assert accessibility_problems(seen.page) == []
    seen.choose(running_config())
    seen.press("Import")
    expect(seen.dialog).to_contain_text("Needs a secret")
    seen.dialog.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert accessibility_problems(seen.page) == []
