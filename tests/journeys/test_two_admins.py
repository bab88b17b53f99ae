"""Two admins in two browsers: locks, one profile edited by both, a commit to be confirmed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from device.models import Admin
from domain.actors import Role
from jobs import runner
from jobs.models import Job, State
from profiles import queries
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.journeys import steps

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SCEP = "/device/scep/"
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
SignIn = Callable[[str], Page]
PROFILE = {
    "name": "ndes",
    "server_url": "http://ca.example/scep",
    "ca_ident": "CORP",
    "subject": "CN=$USERNAME",
}


@pytest.fixture
def sign_in(live_server: LiveServer, browser_page: OpenPage, settings: Settings) -> SignIn:
    """A function that opens a browser in which an admin has signed in, on the SCEP page."""
    settings.COMMIT_STEPS = []  # no network: this is about the admins

    def signed_in(name: str) -> Page:
        now = datetime.now(UTC)
        admin = Admin.objects.create(username=name, role=Role.SUPERUSER, created_at=now)
        client = Client()
        client.force_login(admin)
        watched = browser_page()
        watched.expect("422", "409")  # the browser reports what is refused as errors
        return open_signed_in(watched, live_server.url, client, SCEP)

    return signed_in


def run_jobs(page: Page) -> None:
    """Run what can run, as the worker of the product does, once a page shows its job."""
    expect(page.locator("#job-progress")).to_be_visible()
    for job_id in Job.objects.filter(state=State.QUEUED, run_at=None).values_list("pk", flat=True):
        assert runner.run_now(job_id)


def open_profile(page: Page) -> None:
    page.get_by_role("link", name="ndes", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_a_lock_of_one_admin_stops_the_other_until_it_is_removed(sign_in: SignIn) -> None:
    maria, paul = sign_in("maria"), sign_in("paul")
    steps.fill_profile(maria, **PROFILE)
    steps.saved(maria, "ndes")
    steps.take_lock(maria, kind="config", location="shared", comment="moving the RA")
    steps.close_dialog(maria)
    expect(maria.locator("#lock-button .badge")).to_have_text("1")

    paul.reload()
    open_profile(paul)
    steps.set_fields(paul, ca_ident="PAULS")
    press(paul, "OK")
    refusal = paul.get_by_role("dialog").get_by_role("alert")
    expect(refusal).to_contain_text("maria has held a config lock on the whole configuration")
    expect(refusal).to_contain_text("moving the RA")
    expect(paul.get_by_role("dialog").locator("[name=ca_ident]")).to_have_value("PAULS")

    maria.locator("#lock-button").click()
    maria.get_by_role("button", name="Remove the Config Lock of maria on Shared").click()
    expect(maria.get_by_role("dialog")).to_contain_text("Nobody holds a lock.")
    press(paul, "OK")
    expect(paul.get_by_role("dialog")).to_have_count(0)
    [row] = queries.profile_rows()
    assert row.spec.ca_ident == "PAULS"


def test_one_admin_commits_what_is_his_and_the_others_change_stays_pending(
    sign_in: SignIn,
) -> None:
    maria, paul = sign_in("maria"), sign_in("paul")
    steps.fill_profile(maria, **PROFILE)
    steps.saved(maria, "ndes")
    steps.fill_profile(paul, **PROFILE | {"name": "pauls"})
    steps.saved(paul, "pauls")

    paul.locator("#commit-button").click()
    dialog = paul.get_by_role("dialog")
    expect(dialog.get_by_label("maria")).to_be_hidden()
    dialog.get_by_text("Changes Made By", exact=True).click()
    expect(dialog.get_by_label("paul")).to_be_checked()
    expect(dialog.get_by_label("maria")).not_to_be_checked()
    for scheme in SCHEMES:
        paul.emulate_media(color_scheme=scheme)
        assert accessibility_problems(paul) == []
    with paul.expect_popup() as opened:
        dialog.get_by_role("link", name="Change Summary").click()
    expect(opened.value.get_by_role("table")).to_contain_text("pauls")
    expect(opened.value.get_by_role("row")).to_have_count(2)
    opened.value.close()
    press(paul, "Commit")
    run_jobs(paul)
    expect(dialog).to_contain_text("Configuration committed successfully")
    steps.close_dialog(paul)

    states = {row.spec.name: row.state for row in queries.profile_rows()}
    assert states["pauls"] != states["ndes"]
    maria.reload()
    expect(maria.locator("#commit-button .badge")).to_contain_text("1")


def test_a_commit_lock_stops_the_commit_of_the_other_and_goes_with_its_owners(
    sign_in: SignIn,
) -> None:
    maria, paul = sign_in("maria"), sign_in("paul")
    steps.fill_profile(maria, **PROFILE)
    steps.saved(maria, "ndes")
    steps.take_lock(maria, kind="commit", location="vsys1", comment="half done")
    steps.close_dialog(maria)

    paul.reload()
    paul.locator("#commit-button").click()
    press(paul, "Commit")
    expect(paul.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "maria has held a commit lock on vsys1"
    )

    steps.commit(maria)
    run_jobs(maria)
    steps.job_ends(maria)
    steps.close_dialog(maria)
    expect(maria.locator("#lock-button .badge")).to_have_count(0)


def test_the_second_editor_sees_who_changed_what_and_merges(sign_in: SignIn) -> None:
    maria, paul = sign_in("maria"), sign_in("paul")
    steps.fill_profile(maria, **PROFILE)
    steps.saved(maria, "ndes")
    paul.reload()
    for page in (maria, paul):
        open_profile(page)
    steps.set_fields(paul, name="ndes-paul", ca_ident="PAULS")
    press(paul, "OK")
    expect(paul.get_by_role("dialog")).to_have_count(0)
    steps.set_fields(maria, ca_ident="MARIAS", subject="CN=marias")
    press(maria, "OK")

    dialog = maria.get_by_role("dialog")
    expect(dialog).to_contain_text("paul changed this object")
    expect(dialog.get_by_role("row", name="CA-IDENT Name")).to_contain_text("PAULS by paul")
    expect(dialog.get_by_role("row", name="Subject")).to_contain_text("mine")
    for scheme in SCHEMES:
        maria.emulate_media(color_scheme=scheme)
        assert accessibility_problems(maria) == []
    dialog.get_by_role("radio", name="mine").check()
    press(maria, "Save merged")

    expect(dialog).to_have_count(0)
    [row] = queries.profile_rows()
    assert (row.spec.name, row.spec.ca_ident, row.spec.subject) == (
        "ndes-paul",
        "MARIAS",
        "CN=marias",
    )


def test_a_commit_counts_down_for_everybody_until_one_of_them_ends_it(sign_in: SignIn) -> None:
    maria, paul = sign_in("maria"), sign_in("paul")
    steps.fill_profile(maria, **PROFILE)
    steps.saved(maria, "ndes")
    maria.locator("#commit-button").click()
    steps.set_fields(maria, confirm_within="5")
    press(maria, "Commit")
    run_jobs(maria)
    steps.job_ends(maria)
    steps.close_dialog(maria)

    for page in (maria, paul):
        page.goto(page.url)
        expect(page.get_by_role("timer")).to_contain_text("(in 4:")
    for scheme in SCHEMES:
        maria.emulate_media(color_scheme=scheme)
        assert accessibility_problems(maria) == []
    steps.fill_profile(paul, **{**PROFILE, "name": "second"})
    steps.saved(paul, "second")
    paul.locator("#commit-button").click()
    press(paul, "Commit")
    expect(paul.get_by_role("dialog")).to_contain_text("Confirm it or roll it back first")
    paul.goto(paul.url)
    paul.get_by_role("button", name="Roll back now").click()
    run_jobs(paul)
    steps.job_ends(paul)

    steps.close_dialog(paul)
    expect(paul.get_by_role("timer")).to_have_count(0)
    expect(paul.locator("#commit-button .badge")).to_contain_text("2")
