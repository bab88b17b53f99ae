"""The SCEP pages in Chromium: dependent fields, errors, conflicts, keyboard, no JavaScript."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from profiles import queries, services
from profiles.forms.profile import STORED
from profiles.spec import Challenge
from tests.browser import (
    BrowserPage,
    ColorScheme,
    OpenPage,
    accessibility_problems,
    open_signed_in,
)
from tests.profiles import factories
from tests.profiles.conftest import PAUL, Workbench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


class Scep:
    """The SCEP page as maria sees it."""

    def __init__(self, watched: BrowserPage, server: LiveServer, maria: Client) -> None:
        watched.expect("422")  # the browser reports refused forms as errors
        self.url = f"{server.url}/device/scep/"
        self.page: Page = open_signed_in(watched, server.url, maria, "/device/scep/")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def tool(self, name: str) -> None:
        """Click a tool of the list."""
        self.page.get_by_role("toolbar").get_by_text(name).click()

    def field(self, name: str) -> Locator:
        """A field of the dialog by its name."""
        return self.dialog.locator(f"[name={name}]")

    def press(self, name: str) -> None:
        """Click a button of the dialog."""
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def fill_required(self) -> None:
        """Fill in what a profile without a challenge needs."""
        self.field("name").fill("ndes")
        self.field("server_url").fill("http://ca.example/scep")
        self.field("ca_ident").fill("CORP")


@pytest.fixture
def scep(maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Scep:
    """The list, open."""
    return Scep(browser_page(), live_server, maria)


def test_fields_come_and_go_with_challenge_and_san_type(scep: Scep) -> None:
    scep.tool("Add")

    for challenge, shown in (
        ("none", set()),
        ("fixed", {"challenge_password"}),
        ("dynamic", {"otp_server_url", "otp_username", "otp_password"}),
    ):
        scep.field("challenge").select_option(challenge)
        for name in ("challenge_password", "otp_server_url", "otp_username", "otp_password"):
            expect(scep.field(name)).to_be_visible(visible=name in shown)
    for san_type in ("none", "rfc822", "dns", "uri"):
        scep.field("san_type").select_option(san_type)
        expect(scep.field("san_value")).to_be_visible(visible=san_type != "none")


def test_ok_closes_the_dialog_and_the_list_shows_the_profile(scep: Scep) -> None:
    expect(scep.page.get_by_text("No SCEP profiles yet")).to_be_visible()
    scep.tool("Add")
    scep.fill_required()
    scep.press("OK")

    expect(scep.dialog).to_have_count(0)
    expect(scep.page.get_by_role("row", name=re.compile("ndes.*Not committed"))).to_be_visible()


def test_a_profile_is_added_by_keyboard_alone(scep: Scep) -> None:
    add = scep.page.get_by_role("toolbar").get_by_text("Add")
    add.focus()
    scep.page.keyboard.press("Enter")
    expect(scep.field("name")).to_be_focused()
    scep.fill_required()
    scep.field("ca_ident").press("Enter")

    expect(scep.page.get_by_role("link", name="ndes")).to_be_visible()
    expect(add).to_be_focused()


def test_errors_stand_at_their_fields_and_the_first_has_the_focus(scep: Scep) -> None:
    scep.tool("Add")
    scep.fill_required()
    scep.field("challenge").select_option("fixed")
    scep.field("subject").fill("O=acme")
    scep.press("OK")

    expect(scep.dialog.get_by_text("2 fields need attention.")).to_be_visible()
    expect(scep.field("challenge_password")).to_be_focused()
    expect(scep.field("subject")).to_have_accessible_description(
        re.compile("must contain a common name")
    )
    expect(scep.field("ca_ident")).to_have_value("CORP")


def test_a_conflict_can_be_overwritten(bench: Workbench, scep: Scep) -> None:
    uuid = conflict(bench, scep, ca_ident="PAULS")

    scep.press("Overwrite with mine")

    expect(scep.dialog).to_have_count(0)
    assert queries.candidate_profile(uuid).spec.ca_ident == "MARIAS"


def test_a_conflict_can_be_dropped(bench: Workbench, scep: Scep) -> None:
    conflict(bench, scep, ca_ident="PAULS")

    scep.dialog.get_by_text("Take theirs", exact=True).last.click()

    expect(scep.field("ca_ident")).to_have_value("PAULS")


def test_a_conflict_is_merged_field_by_field_and_a_typed_password_is_not_lost(
    bench: Workbench, scep: Scep
) -> None:
    typed = {"challenge": "fixed", "challenge_password": "s3cret-typed"}
    uuid = conflict(bench, scep, typed, ca_ident="PAULS", subject="CN=pauls")
    expect(scep.field("challenge_password")).to_have_value("s3cret-typed")
    expect(scep.dialog.get_by_role("row", name="Challenge: Password")).to_contain_text("changed")
    assert accessibility_problems(scep.page) == []

    scep.press("Save merged")
    expect(scep.dialog.get_by_role("alert")).to_contain_text("Choose whose value to keep")
    scep.dialog.get_by_role("radio", name="mine").check()
    scep.press("Save merged")

    expect(scep.dialog).to_have_count(0)
    spec = queries.candidate_profile(uuid).spec
    assert (spec.ca_ident, spec.subject) == ("MARIAS", "CN=pauls")
    assert services.challenge_password(spec) == "s3cret-typed"


def conflict(
    bench: Workbench,
    scep: Scep,
    typed: Mapping[str, str] | None = None,
    **theirs: Any,  # noqa: ANN401 - the values of a draft
) -> UUID:
    """Let paul save a profile while maria's dialog of it is open, then press OK there."""
    uuid = bench.save()
    scep.page.reload()
    scep.page.get_by_role("link", name="ndes").click()
    scep.field("ca_ident").fill("MARIAS")
    for name, value in (typed or {}).items():
        field = scep.field(name)
        field.select_option(value) if name == "challenge" else field.fill(value)
    bench.save(uuid, by=PAUL, **theirs)
    scep.press("OK")
    expect(scep.dialog.get_by_text("paul changed this object")).to_be_visible()
    return uuid


def test_tools_follow_the_selection(bench: Workbench, scep: Scep) -> None:
    bench.save(name="first")
    bench.save(name="second")
    scep.page.reload()
    delete, clone = (
        scep.page.get_by_role("toolbar").get_by_role("button", name=name)
        for name in ("Delete", "Clone")
    )
    expect(delete).to_be_disabled()

    scep.page.get_by_label("Select first").check()
    expect(delete).to_be_enabled()
    expect(clone).to_be_enabled()
    scep.page.get_by_label("Select all profiles").check()
    expect(clone).to_be_disabled()
    delete.click()
    scep.press("Delete")

    expect(scep.page.get_by_text("No SCEP profiles yet")).to_be_visible()


def test_each_challenge_is_saved_and_shown_again_without_its_password(scep: Scep) -> None:
    scep.tool("Add")
    scep.fill_required()
    scep.field("challenge").select_option("fixed")
    scep.field("challenge_password").fill("hunter2")
    scep.press("OK")
    scep.page.get_by_role("link", name="ndes").click()
    expect(scep.field("challenge_password")).to_have_value("")
    expect(scep.field("challenge_password")).to_have_attribute("placeholder", STORED)
    assert "hunter2" not in scep.page.content()

    scep.field("challenge").select_option("dynamic")
    scep.field("otp_server_url").fill("https://ca.example/CertSrv/mscep_admin/")
    scep.field("otp_username").fill("enroll")
    scep.field("otp_password").fill("correct horse")
    scep.press("OK")
    scep.page.get_by_role("link", name="ndes").click()
    expect(scep.field("otp_username")).to_have_value("enroll")
    expect(scep.field("otp_password")).to_have_attribute("placeholder", STORED)
    assert "correct horse" not in scep.page.content()

    scep.field("challenge").select_option("none")
    scep.press("OK")

    expect(scep.page.get_by_role("row", name=re.compile("ndes.*None"))).to_be_visible()


def test_the_certificates_offered_follow_the_location(scep: Scep) -> None:
    scep.tool("Add")
    offered = scep.field("scep_client_certificate").get_by_role("option")
    expect(offered).to_have_text(["None", "device"])
    scep.field("scep_ca_certificate").select_option("root-ca")

    scep.field("location").select_option("shared")

    expect(offered).to_have_text(["None"])
    expect(scep.field("scep_ca_certificate")).to_have_value("root-ca")


def test_the_preview_follows_what_is_typed(scep: Scep) -> None:
    scep.tool("Add")
    preview = scep.dialog.get_by_role("region", name="With sample values")
    expect(preview).to_contain_text("CN=jdoe")

    scep.field("subject").fill("O=Acme\\, Inc.,CN=$UDID")
    expect(preview).to_contain_text("O=Acme\\, Inc.,CN=007951000012345")
    expect(preview.get_by_role("term")).to_have_text(["O", "CN"])
    expect(preview.get_by_role("definition")).to_have_text(["Acme, Inc.", "007951000012345"])
    scep.field("san_type").select_option("dns")
    expect(preview).to_contain_text("This field is required.")
    scep.field("san_value").fill("$HOSTID.example.com")
    expect(preview).to_contain_text("DNS Name: b4-2e-99-00-11-22.example.com")
    scep.field("subject").fill("O=Acme")
    expect(preview).to_contain_text("The subject must contain a common name")


def test_the_preview_is_sent_no_password(scep: Scep) -> None:
    scep.tool("Add")
    scep.field("challenge").select_option("fixed")
    scep.field("challenge_password").fill("hunter2")

    with scep.page.expect_request("**/preview/") as caught:
        scep.field("subject").fill("CN=other")

    assert caught.value.post_data == "subject=CN%3Dother&san_type=none&san_value="


def test_one_click_takes_a_fingerprint_over(
    bench: Workbench, scep: Scep, settings: Settings
) -> None:
    settings.FETCHED_CA = "tests.profiles.fakes.fetched_ca"
    bench.save()
    scep.page.reload()
    scep.page.get_by_role("link", name="ndes").click()

    expect(scep.dialog.get_by_text("2 certificates, 2026-11-23 12:00:00 UTC")).to_be_visible()

    scep.press("Use the SHA-1 fingerprint of CN=<Acme> CA")

    expect(scep.field("fingerprint")).to_have_value("aa02")
    expect(scep.field("fingerprint")).to_be_focused()


def test_everything_works_without_javascript(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    del bench
    scep = Scep(browser_page(javascript=False), live_server, maria)
    page = scep.page
    scep.tool("Add")
    expect(scep.field("otp_password")).to_be_visible()
    hints = scep.dialog.locator("noscript .helptext")
    expect(hints.nth(1)).to_have_text("Only with SCEP Challenge Dynamic.")
    expect(hints).to_have_count(7)
    scep.fill_required()
    scep.press("OK")
    expect(page).to_have_url(scep.url)

    page.get_by_role("link", name="ndes").click()
    scep.field("ca_ident").fill("")
    scep.press("OK")
    expect(scep.dialog.get_by_text("This field is required.")).to_be_visible()
    page.goto(scep.url)

    page.get_by_label("Select ndes").check()
    scep.tool("Clone")
    scep.press("OK")
    expect(page.get_by_role("link", name="ndes-copy")).to_be_visible()

    page.get_by_label("Select ndes", exact=True).check()
    scep.tool("Delete")
    scep.press("Delete")
    expect(page).to_have_url(scep.url)
    expect(page.get_by_role("link", name="ndes")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    bench: Workbench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
    settings: Settings,
    scheme: ColorScheme,
) -> None:
    settings.FETCHED_CA = "tests.profiles.fakes.fetched_ca"
    uuid = bench.save(**factories.dynamic())
    bench.save(name="fixed", challenge=Challenge.FIXED, typed_challenge_password="x")
    page = Scep(browser_page(color_scheme=scheme), live_server, maria).page
    base = page.url

    for path in ("", "add/", f"{uuid}/", f"delete/?object={uuid}", f"clone/?object={uuid}"):
        page.goto(base + path)
        assert accessibility_problems(page) == []
    page.goto(f"{base}add/")
    page.get_by_role("button", name="OK").click()
    page.get_by_text("need attention").wait_for()
    assert accessibility_problems(page) == []
