"""The history in a browser: edit and commit twice, compare, load, preview, commit, revert, save."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from configuration import queries
from device.models import Admin
from domain.actors import Role
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.journeys import steps
from tests.journeys.test_two_admins import PROFILE, open_profile, press, run_jobs

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")


@pytest.fixture
def maria(live_server: LiveServer, browser_page: OpenPage, settings: Settings) -> Page:
    """A browser in which maria has signed in, on the SCEP page."""
    settings.COMMIT_STEPS = []  # no network: this is about the configuration
    now = datetime.now(UTC)
    admin = Admin.objects.create(username="maria", role=Role.SUPERUSER, created_at=now)
    client = Client()
    client.force_login(admin)
    watched = browser_page()
    watched.expect("422")  # the browser reports what is refused as errors
    return open_signed_in(watched, live_server.url, client, "/device/scep/")


def commit(page: Page) -> None:
    steps.commit(page)
    run_jobs(page)
    steps.job_ends(page)
    steps.close_dialog(page)


def two_revisions(page: Page) -> None:
    """Commit a profile, then another form of it."""
    steps.fill_profile(page, **PROFILE)
    steps.saved(page, "ndes")
    commit(page)
    edit_profile(page, "CORP2")
    commit(page)


def is_accessible(page: Page) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert accessibility_problems(page) == []


def go(page: Page, label: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=label, exact=True).click()
    expect(page.locator("h1")).to_contain_text(label)


def test_two_revisions_are_compared_in_both_layouts(maria: Page) -> None:
    two_revisions(maria)
    go(maria, "Config Audit")
    expect(maria.get_by_role("rowheader", name="2 Running")).to_be_visible()
    is_accessible(maria)

    maria.get_by_label("Compare from revision 1").check()
    maria.get_by_label("Compare to revision 2").check()
    maria.get_by_role("button", name="Compare").click()
    expect(maria.locator(".diff-removed").first).to_contain_text("CORP")
    expect(maria.locator(".diff-added").first).to_contain_text("CORP2")
    is_accessible(maria)
    maria.get_by_label("Layout").select_option("side")
    maria.get_by_role("button", name="Show").click()
    expect(maria.locator(".diff-changed")).to_contain_text("CORP2")
    is_accessible(maria)


def test_an_older_revision_is_loaded_previewed_and_committed(maria: Page) -> None:
    two_revisions(maria)
    go(maria, "Config Audit")
    maria.get_by_role("link", name="Load revision 1").click()
    dialog = maria.get_by_role("dialog")
    expect(dialog).to_contain_text("In the candidate: 1 changed.")
    is_accessible(maria)
    press(maria, "Load")
    expect(dialog).to_contain_text("made equal to revision 1")
    is_accessible(maria)
    with maria.expect_popup() as opened:
        dialog.get_by_role("link", name="Preview Changes").click()
    expect(opened.value.locator(".diff-added").first).to_contain_text("CORP<")
    opened.value.close()

    dialog.get_by_role("link", name="Commit", exact=True).click()
    expect(dialog).to_contain_text("maria loaded revision 1")
    expect(dialog.get_by_text("Changes Made By")).to_have_count(0)
    is_accessible(maria)
    press(maria, "Commit")
    run_jobs(maria)
    steps.job_ends(maria)
    steps.close_dialog(maria)
    expect(maria.get_by_role("rowheader", name="3 Running")).to_be_visible()
    assert queries.document_of(3) == queries.document_of(1)


def edit_profile(page: Page, ca_ident: str) -> None:
    open_profile(page)
    steps.set_fields(page, ca_ident=ca_ident)
    press(page, "OK")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_candidate_is_saved_with_and_without_a_name(maria: Page) -> None:
    two_revisions(maria)
    go(maria, "Operations")
    maria.get_by_role("button", name="Save candidate configuration").click()
    expect(maria.locator("#operations")).to_contain_text("Last saved by maria")
    maria.get_by_role("link", name="Save named configuration snapshot").click()
    steps.set_fields(maria, name="not a name")
    press(maria, "OK")
    expect(maria.get_by_role("dialog").locator("[aria-invalid=true]")).to_be_visible()
    is_accessible(maria)
    steps.set_fields(maria, name="trial.xml")
    press(maria, "OK")
    expect(maria.get_by_role("dialog")).to_have_count(0)
    expect(maria.get_by_role("rowheader", name="trial.xml")).to_be_visible()
    is_accessible(maria)


def test_a_saved_candidate_comes_back_after_a_revert(maria: Page) -> None:
    two_revisions(maria)
    edit_profile(maria, "TRIAL")
    go(maria, "Operations")
    maria.get_by_role("button", name="Save candidate configuration").click()
    maria.get_by_role("link", name="Save named configuration snapshot").click()
    steps.set_fields(maria, name="trial.xml")
    press(maria, "OK")

    maria.get_by_role("link", name="Revert to running configuration").click()
    expect(maria.get_by_role("dialog")).to_contain_text("Changes Made By")
    is_accessible(maria)
    press(maria, "Revert")
    expect(maria.get_by_role("dialog")).to_contain_text("equals the running configuration")
    steps.close_dialog(maria)
    expect(maria.locator("#commit-button .badge")).to_have_count(0)

    maria.get_by_role("link", name="Load trial.xml").click()
    press(maria, "Load")
    expect(maria.get_by_role("dialog")).to_contain_text("made equal to snapshot trial.xml")
    steps.close_dialog(maria)
    expect(maria.locator("#commit-button .badge")).to_contain_text("1")
    maria.get_by_role("link", name="Delete trial.xml").click()
    press(maria, "Delete")
    expect(maria.get_by_role("rowheader", name="trial.xml")).to_have_count(0)
    maria.get_by_role("link", name="Revert to last saved configuration").click()
    expect(maria.get_by_role("dialog")).to_contain_text(
        "equals the last saved configuration already"
    )
