"""Renewal, revocation and the CA in Chromium: what is set, what is shown."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates.models import AuthorityWatch, Revocation, RevocationCheck
from profiles import queries as profiles
from profiles.spec import Renewal
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.certificates.workbench import Bench, current

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LIST = "/device/certificates/"


@pytest.fixture
def page(bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Page:
    """The list with a certificate that came over SCEP; something is known of it and its CA."""
    profile = bench.running_profile(name="ndes")
    row = bench.request(profile)
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    RevocationCheck.objects.create(
        entry_uuid=row.entry_uuid,
        serial_hex=current(row.entry_uuid).serial_hex,
        tried_at=bench.now,
        checked_at=bench.now - timedelta(hours=5),
        state=Revocation.GOOD,
        source="CRL",
        next_update=bench.now + timedelta(days=1),
        problem="Nothing answers.",
    )
    AuthorityWatch.objects.create(
        profile_uuid=profile, tried_at=bench.now, problem="Nothing answers.", hint="Is it running?"
    )
    watched = browser_page()
    watched.expect("422")  # the browser reports refused forms as errors
    return open_signed_in(watched, live_server.url, maria, LIST)


def _open_profile(page: Page) -> None:
    page.goto(page.url.split("/device/")[0] + "/device/scep/")
    page.get_by_role("link", name="ndes", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_profile_says_when_certificates_are_renewed(page: Page) -> None:
    _open_profile(page)
    dialog = page.get_by_role("dialog")
    percent, days = (dialog.locator(f"[name=renewal_{name}]") for name in ("percent", "days"))
    expect(percent).to_have_value("80")
    expect(days).to_be_hidden()

    dialog.get_by_label("Renew certificates").select_option("days")
    expect(percent).to_be_hidden()
    days.fill("999")
    dialog.get_by_role("button", name="OK", exact=True).click()
    expect(days).to_have_accessible_description(re.compile("Give a number from 1 to 365"))
    days.fill("14")
    dialog.get_by_label("Check whether the CA has revoked them").uncheck()
    dialog.get_by_role("button", name="OK", exact=True).click()
    expect(dialog).to_have_count(0)

    (row,) = profiles.profile_rows()
    saved = (row.spec.renewal, row.spec.renewal_days, row.spec.check_revocation)
    assert saved == (Renewal.DAYS, 14, False)


def test_the_details_tell_the_next_attempt_and_what_the_ca_says(page: Page) -> None:
    page.get_by_role("link", name="fw-1", exact=True).click()
    dialog = page.get_by_role("dialog")

    expect(dialog.get_by_text("when 80 % of the lifetime is over")).to_be_visible()
    expect(dialog.get_by_text("Next attempt (UTC)")).to_be_visible()
    expect(dialog.get_by_text("not renewed yet")).to_be_visible()
    expect(dialog.get_by_text("not revoked", exact=True)).to_be_visible()
    expect(dialog.get_by_text("by CRL")).to_be_visible()


def test_the_list_tells_the_next_renewal_in_a_column_of_choice(page: Page) -> None:
    page.locator("#columns-summary").click()
    page.get_by_label("Next renewal (UTC)").check()

    expect(page.get_by_role("columnheader", name="Next renewal (UTC)")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="fw-1")
    expect(row).to_contain_text(re.compile(r"2027-\d\d-\d\d"))
    expect(row).to_contain_text("not revoked, checked")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(page: Page, scheme: ColorScheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{page.url.split('?')[0]}?col=status&col=renewal")
    assert accessibility_problems(page) == []
    for name in ("fw-1", "ndes-ca"):
        page.goto(page.url.split("/device/")[0] + LIST)
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("dialog").get_by_text("Fingerprints")).to_be_visible()
        assert accessibility_problems(page) == []
    _open_profile(page)
    expect(page.get_by_text("Nothing answers. Asked at")).to_be_visible()
    assert accessibility_problems(page) == []
