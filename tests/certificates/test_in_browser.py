"""The certificates pages in Chromium: tree, details, Generate, pending, keyboard, no JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates.models import Enrollment
from jobs.handlers import JobFailed
from profiles.spec import SanType
from profiles.subject import TokenValues
from tests.browser import (
    BrowserPage,
    ColorScheme,
    OpenPage,
    accessibility_problems,
    open_signed_in,
)
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench
from tests.issuing import NOW, Wanted, issue

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


class Certificates:
    """The Certificates page as maria sees it."""

    def __init__(self, watched: BrowserPage, server: LiveServer, maria: Client) -> None:
        watched.expect("422")  # the browser reports refused forms as errors
        self.url = f"{server.url}/device/certificates/"
        self.page: Page = open_signed_in(watched, server.url, maria, "/device/certificates/")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def row(self, name: str) -> Locator:
        """A row of the list."""
        return self.page.get_by_role("row").filter(
            has=self.page.get_by_role("link", name=name, exact=True)
        )

    def open(self, name: str) -> None:
        """Open the details of a certificate."""
        self.page.get_by_role("link", name=name, exact=True).click()
        expect(self.dialog).to_be_visible()

    def tool(self, name: str) -> Locator:
        """A tool of the list."""
        return self.page.get_by_role("toolbar").get_by_text(name, exact=True)

    def field(self, name: str) -> Locator:
        """A field of the dialog by its name."""
        return self.dialog.locator(f"[name={name}]")

    def press(self, name: str) -> None:
        """Click a button of the dialog."""
        self.dialog.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def seen(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> Certificates:
    """The list, open."""
    del bench
    return Certificates(browser_page(), live_server, maria)


def _reload(seen: Certificates) -> None:
    seen.page.goto(seen.url)


def test_rows_hang_under_their_issuer(bench: Bench, seen: Certificates) -> None:
    for name, issued in [("root", ROOT), ("issuing", ISSUING), ("fw-1", LEAF)]:
        bench.keep(name, issued)
    _reload(seen)

    for level, name in enumerate(["root", "issuing", "fw-1"], start=1):
        expect(seen.row(name)).to_have_attribute("aria-level", str(level))


def test_details_open_and_the_chain_leads_to_the_issuer(bench: Bench, seen: Certificates) -> None:
    bench.keep("issuing", ISSUING)
    bench.keep("fw-1", LEAF)
    _reload(seen)

    seen.open("fw-1")
    expect(seen.dialog.get_by_role("heading", name="Certificate fw-1")).to_be_visible()
    seen.dialog.get_by_role("link", name="issuing").click()

    expect(seen.dialog.get_by_role("heading", name="Certificate issuing")).to_be_visible()


def test_the_focus_returns_to_the_row_that_was_opened(bench: Bench, seen: Certificates) -> None:
    bench.keep("root", ROOT)
    _reload(seen)
    link = seen.page.get_by_role("link", name="root", exact=True)

    link.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.dialog).to_be_visible()
    seen.page.keyboard.press("Escape")

    expect(seen.dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_token_fields_follow_the_profile(bench: Bench, seen: Certificates) -> None:
    users = bench.running_profile(
        name="users", subject="CN=$USERNAME", san_type=SanType.RFC822, san_value="$EMAILADDRESS"
    )
    hosts = bench.running_profile(name="hosts", subject="CN=$HOSTID")
    bench.profile(name="fresh")
    seen.tool("Generate").click()

    for profile, shown in ((users, {"username", "emailaddress"}), (hosts, {"hostid"})):
        seen.field("profile").select_option(str(profile))
        for name in ("username", "emailaddress", "hostid"):
            expect(seen.field(name)).to_be_visible(visible=name in shown)
    expect(seen.field("profile").locator("option", has_text="fresh")).to_be_disabled()


def test_generate_by_keyboard_gives_way_to_the_job(bench: Bench, seen: Certificates) -> None:
    bench.running_profile()
    generate = seen.tool("Generate")
    generate.focus()
    seen.page.keyboard.press("Enter")
    expect(seen.field("name")).to_be_focused()
    seen.field("name").fill("fw-1")
    seen.field("username").fill("jdoe")
    seen.field("username").press("Enter")

    expect(
        seen.dialog.get_by_role("heading", name=re.compile("Job [0-9]+: Generate"))
    ).to_be_visible()
    bench.generate(Enrollment.objects.get())


def test_a_wrong_name_is_said_at_its_field_and_what_was_typed_stays(
    bench: Bench, seen: Certificates
) -> None:
    bench.running_profile()
    seen.tool("Generate").click()
    seen.field("name").fill("my cert")
    seen.field("username").fill("jdoe")
    seen.press("Generate")

    expect(seen.field("name")).to_have_accessible_description(re.compile("cannot contain spaces"))
    expect(seen.field("name")).to_be_focused()
    expect(seen.field("username")).to_have_value("jdoe")


def test_delete_needs_a_row_and_takes_it_away(bench: Bench, seen: Certificates) -> None:
    bench.keep("root", ROOT)
    _reload(seen)
    expect(seen.tool("Delete")).to_be_disabled()

    seen.row("root").get_by_role("checkbox").check()
    seen.tool("Delete").click()
    seen.press("Delete")

    expect(seen.dialog).to_have_count(0)
    expect(seen.page.get_by_text("No certificates yet")).to_be_visible()


def test_a_refused_delete_says_who_refers_to_the_certificate(
    bench: Bench, seen: Certificates
) -> None:
    bench.keep("root", ROOT)
    bench.profile(name="ndes", scep_ca_certificate="root")
    _reload(seen)
    seen.row("root").get_by_role("checkbox").check()
    seen.tool("Delete").click()
    seen.press("Delete")

    expect(
        seen.dialog.get_by_text("vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> root")
    ).to_be_visible()


def test_a_pending_certificate_is_polled_from_its_dialog(bench: Bench, seen: Certificates) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    _reload(seen)
    expect(seen.row("fw-1")).to_contain_text("pending")

    seen.open("fw-1")
    seen.press("Poll now")

    expect(seen.dialog.get_by_role("heading", name=re.compile("Job [0-9]+: Poll"))).to_be_visible()


def test_generate_works_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    bench.running_profile()
    plain = Certificates(browser_page(javascript=False), live_server, maria)

    plain.tool("Generate").click()
    plain.page.locator("[name=name]").fill("fw-1")
    plain.page.locator("[name=username]").fill("jdoe")
    plain.page.get_by_role("button", name="Generate").click()

    expect(
        plain.page.get_by_role("heading", name=re.compile("Job [0-9]+: Generate"))
    ).to_be_visible()
    assert Enrollment.objects.get().name == "fw-1"


def test_deleting_works_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    bench.keep("root", ROOT)
    plain = Certificates(browser_page(javascript=False), live_server, maria)

    plain.row("root").get_by_role("checkbox").check()
    plain.tool("Delete").click()
    plain.page.get_by_role("button", name="Delete").click()

    expect(plain.page.get_by_text("No certificates yet")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(
    color_scheme: ColorScheme,
    bench: Bench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    _furnish(bench)
    seen = Certificates(browser_page(color_scheme=color_scheme), live_server, maria)
    assert accessibility_problems(seen.page) == []

    for name in ("fw-expired", "fw-pending", "fw-refused", "ndes-ca"):
        _reload(seen)
        seen.open(name)
        assert accessibility_problems(seen.page) == []
    _reload(seen)
    seen.tool("Generate").click()
    expect(seen.dialog).to_be_visible()
    assert accessibility_problems(seen.page) == []


def _furnish(bench: Bench) -> None:
    """Certificates in every state."""
    profile = bench.running_profile(name="ndes")
    begin, end = NOW - timedelta(days=9), NOW - timedelta(days=1)
    bench.keep("fw-expired", issue(Wanted("fw", not_before=begin, not_after=end)))
    bench.ca.verdict = "pend"
    refused = bench.request(profile, "fw-refused")
    bench.generate(refused)
    bench.generate(bench.request(profile, "fw-pending", values=TokenValues(username="paul")))
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.poll(refused)
