"""The dialog of one certificate in Chromium: tabs, tree, copying, keyboard, no JavaScript."""

import re

import pytest
from cryptography.hazmat.primitives import hashes
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from tests.browser import ColorScheme, OpenPage, accessibility_problems
from tests.certificates.test_detail import enrolled, renewed
from tests.certificates.test_in_browser import Certificates
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TABS = ("Certificate", "Extensions", "Text", "PEM", "ASN.1", "History")


@pytest.fixture
def seen(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> Certificates:
    """The list, open, with a chain of three."""
    for name, issued in [("root", ROOT), ("issuing", ISSUING), ("fw-1", LEAF)]:
        bench.keep(name, issued)
    return Certificates(browser_page(), live_server, maria)


def _tab(seen: Certificates, name: str) -> None:
    seen.dialog.get_by_role("link", name=name, exact=True).click()
    shown = seen.dialog.locator(".tabs [aria-current=page]")
    expect(shown).to_have_text(name)


def test_each_tab_takes_the_place_of_the_one_before_and_has_an_address(seen: Certificates) -> None:
    seen.open("fw-1")

    for name in TABS[1:]:  # the first is open
        _tab(seen, name)
        expect(seen.dialog.locator(".tabs [aria-current=page]")).to_be_focused()
    expect(seen.page).to_have_url(re.compile(r"\?tab=history$"))

    seen.page.reload()
    expect(seen.dialog.locator(".tabs [aria-current=page]")).to_have_text("History")


def test_closing_after_tabs_leads_back_to_the_row(seen: Certificates) -> None:
    seen.open("fw-1")
    _tab(seen, "PEM")
    seen.page.keyboard.press("Escape")

    expect(seen.dialog).to_have_count(0)
    expect(seen.page.get_by_role("link", name="fw-1", exact=True)).to_be_focused()
    expect(seen.page).to_have_url(seen.url)


def test_tabs_and_the_tree_work_by_keyboard(seen: Certificates) -> None:
    seen.open("fw-1")
    seen.dialog.get_by_role("link", name="Extensions", exact=True).focus()
    seen.page.keyboard.press("Enter")
    expect(seen.dialog.get_by_text("Whether it may issue certificates")).to_be_visible()
    seen.dialog.get_by_text("ASN.1, OID 2.5.29.19").press("Enter")
    expect(seen.dialog.get_by_role("region", name="Basic constraints as ASN.1")).to_be_visible()

    seen.dialog.get_by_role("link", name="Certificate", exact=True).press("Enter")
    seen.dialog.get_by_role("link", name="root", exact=True).press("Enter")

    expect(seen.dialog.get_by_role("heading", name="Certificate root")).to_be_visible()
    expect(seen.dialog.get_by_role("link", name="issuing", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("tab", "what", "copied"),
    [
        ("PEM", "PEM", LEAF.pem.decode().strip()),
        ("Certificate", "subject", "CN=fw-1"),
        ("Certificate", "SHA-256 fingerprint", None),
        ("Certificate", "serial number", None),
    ],
)
def test_what_is_copied_is_what_is_shown(
    tab: str, what: str, copied: str | None, seen: Certificates
) -> None:
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.open("fw-1")
    _tab(seen, tab)

    seen.dialog.get_by_role("button", name=f"Copy {what}", exact=True).click()

    expect(seen.page.get_by_text("Copied.")).to_be_visible()
    expected = {
        "SHA-256 fingerprint": _hex(LEAF.certificate.fingerprint(hashes.SHA256())),
        "serial number": _hex(LEAF.certificate.serial_number.to_bytes(20, "big").lstrip(b"\0")),
    }
    assert _clipboard(seen.page) == (copied or expected[what])


def _hex(octets: bytes) -> str:
    return octets.hex(":").upper()


def _clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_an_earlier_certificate_leads_back_to_the_current_one(
    bench: Bench, seen: Certificates
) -> None:
    renewed(bench, enrolled(bench, "scep-fw"))
    seen.page.goto(seen.url)
    seen.open("scep-fw")
    _tab(seen, "History")

    seen.dialog.locator(".history tbody a.mono").click()
    expect(seen.dialog.get_by_text("This is an earlier certificate of scep-fw")).to_be_visible()
    seen.dialog.get_by_role("link", name="Show the current one").click()

    expect(seen.dialog.get_by_text("This is an earlier certificate")).to_have_count(0)


def test_tabs_work_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    bench.keep("fw-1", LEAF)
    plain = Certificates(browser_page(javascript=False), live_server, maria)

    plain.page.get_by_role("link", name="fw-1", exact=True).click()
    plain.page.get_by_role("link", name="Text", exact=True).click()

    expect(plain.page.locator("pre")).to_contain_text("Subject Public Key Info:")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_tab(
    color_scheme: ColorScheme,
    bench: Bench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    bench.keep("root", ROOT)
    bench.keep("issuing", ISSUING)
    for name in ("fw-1", "fw-2", "fw-3"):
        bench.keep(name, LEAF)
    for name in ("one", "two"):
        bench.profile(name=name, scep_ca_certificate="issuing")
    renewed(bench, enrolled(bench, "scep-fw"))
    seen = Certificates(browser_page(color_scheme=color_scheme), live_server, maria)
    seen.open("scep-fw")

    for name in TABS:
        _tab(seen, name)
        assert accessibility_problems(seen.page) == []
    seen.page.goto(seen.url)
    seen.open("issuing")
    assert accessibility_problems(seen.page) == []
