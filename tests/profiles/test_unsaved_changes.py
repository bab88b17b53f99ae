"""The profile's dialog asks before changes are lost, and has a URL of its own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from profiles import queries
from tests.browser import OpenPage, accessibility_problems
from tests.profiles.conftest import Workbench
from tests.profiles.pages import LIST, edit_url
from tests.profiles.test_in_browser import Scep

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LEAVE = [
    pytest.param(lambda page: page.keyboard.press("Escape"), id="Escape"),
    pytest.param(lambda page: page.get_by_role("button", name="Cancel").click(), id="Cancel"),
    pytest.param(lambda page: page.get_by_role("button", name="Close").click(), id="Close"),
]


@pytest.fixture
def scep(bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Scep:
    """The dialog of a profile, open above the list."""
    bench.save()
    scep = Scep(browser_page(), live_server, maria)
    scep.page.get_by_role("link", name="ndes").click()
    expect(scep.field("name")).to_be_focused()
    return scep


@pytest.mark.parametrize("leave", LEAVE)
def test_without_changes_nothing_is_asked(scep: Scep, leave: Callable[[Page], None]) -> None:
    scep.field("ca_ident").fill("OTHER")
    scep.field("ca_ident").fill("CORP")

    leave(scep.page)

    expect(scep.dialog).to_have_count(0)


@pytest.mark.parametrize("leave", LEAVE)
def test_changes_are_kept_or_discarded(scep: Scep, leave: Callable[[Page], None]) -> None:
    asked = scep.page.get_by_role("alertdialog", name="Unsaved Changes")
    scep.field("ca_ident").fill("OTHER")

    leave(scep.page)
    expect(asked.get_by_role("button", name="Keep editing")).to_be_focused()
    scep.page.keyboard.press("Enter")

    expect(asked).to_have_count(0)
    expect(scep.field("ca_ident")).to_have_value("OTHER")

    leave(scep.page)
    asked.get_by_role("button", name="Discard").click()

    expect(scep.dialog).to_have_count(0)
    expect(scep.page.get_by_role("link", name="ndes")).to_be_focused()


def test_escape_alone_never_loses_changes(scep: Scep) -> None:
    asked = scep.page.get_by_role("alertdialog")
    scep.field("ca_ident").fill("OTHER")

    for _ in range(3):
        scep.page.keyboard.press("Escape")
        expect(asked).to_be_visible()
        scep.page.keyboard.press("Escape")
        expect(asked).to_have_count(0)

    expect(scep.field("ca_ident")).to_have_value("OTHER")


def test_what_was_refused_is_a_change_from_the_start(scep: Scep) -> None:
    scep.field("name").fill("")
    scep.press("OK")
    expect(scep.dialog.get_by_text("1 field needs attention.")).to_be_visible()

    scep.press("Cancel")

    expect(scep.page.get_by_role("alertdialog")).to_be_visible()


def test_a_box_that_is_ticked_and_a_password_are_changes(scep: Scep) -> None:
    scep.field("use_as_digital_signature").check()
    scep.press("Cancel")
    expect(scep.page.get_by_role("alertdialog")).to_be_visible()
    scep.page.keyboard.press("Escape")

    scep.field("use_as_digital_signature").uncheck()
    scep.press("Cancel")

    expect(scep.dialog).to_have_count(0)


def test_saving_asks_nothing(scep: Scep) -> None:
    scep.field("ca_ident").fill("OTHER")

    scep.press("OK")

    expect(scep.dialog).to_have_count(0)
    expect(scep.page.get_by_role("alertdialog")).to_have_count(0)


@pytest.mark.parametrize("keeps", [True, False])
def test_leaving_the_page_asks(scep: Scep, *, keeps: bool) -> None:
    questions = []

    def answer(asked: Dialog) -> None:
        questions.append(asked.type)
        asked.dismiss() if keeps else asked.accept()

    scep.page.on("dialog", answer)
    scep.field("ca_ident").fill("OTHER")

    scep.page.evaluate("location.assign('/device/certificates/')")

    expect(scep.dialog).to_have_count(1 if keeps else 0)
    assert questions == ["beforeunload"]


def test_the_question_has_no_accessibility_problems(scep: Scep) -> None:
    scep.field("ca_ident").fill("OTHER")
    scep.press("Cancel")
    scep.page.get_by_role("alertdialog").wait_for()

    assert accessibility_problems(scep.page) == []


def test_the_address_is_the_profile_s_while_its_dialog_is_open(
    scep: Scep, bench: Workbench
) -> None:
    del bench
    [row] = queries.profile_rows()
    expect(scep.page).to_have_url(scep.url + f"{row.uuid}/")

    scep.page.reload()
    expect(scep.field("name")).to_have_value("ndes")
    scep.press("Cancel")

    expect(scep.page).to_have_url(scep.url)


def test_the_list_s_address_comes_back(scep: Scep) -> None:
    scep.press("Cancel")
    expect(scep.page).to_have_url(scep.url)

    scep.tool("Add")
    expect(scep.page).to_have_url(f"{scep.url}add/")
    scep.fill_required()
    scep.field("name").fill("second")
    scep.press("OK")

    expect(scep.page).to_have_url(scep.url)
    expect(scep.page.get_by_role("link", name="second")).to_be_visible()


def test_the_page_of_a_profile_saves_without_asking(
    bench: Workbench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    uuid = bench.save()
    scep = Scep(browser_page(), live_server, maria)
    scep.page.goto(live_server.url + edit_url(uuid))
    scep.field("ca_ident").fill("OTHER")

    scep.press("OK")

    expect(scep.page).to_have_url(live_server.url + LIST)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_profile_has_a_page_with_and_without_javascript(
    bench: Workbench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
    *,
    javascript: bool,
) -> None:
    uuid = bench.save()
    scep = Scep(browser_page(javascript=javascript), live_server, maria)

    scep.page.goto(live_server.url + edit_url(uuid))

    expect(scep.field("name")).to_have_value("ndes")
    expect(scep.dialog.get_by_text("CN=jdoe")).to_be_visible()
