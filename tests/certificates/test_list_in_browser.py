"""The list in Chromium: search while typing, filters, sort, columns, bulk bar, keyboard."""

import csv
import re

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.certificates.test_listing import forest
from tests.certificates.test_store import LEAF
from tests.certificates.workbench import Bench

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LIST = "/device/certificates/"


@pytest.fixture
def page(bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage) -> Page:
    """The list of ten certificates."""
    forest(bench)
    return open_signed_in(browser_page(), live_server.url, maria, LIST)


def names(page: Page) -> list[str]:
    """The names in the list."""
    return page.locator("tbody th a").all_inner_texts()


def found(page: Page) -> Locator:
    """The count inside the search box."""
    return page.locator("#found")


def test_the_list_narrows_while_one_types_and_the_focus_stays(page: Page) -> None:
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()

    page.keyboard.type("leaf-")

    expect(found(page)).to_have_text("5 / 10")
    expect(page).to_have_url(re.compile(r"\?q=leaf-&view=tree$"))
    page.keyboard.type("3")
    expect(found(page)).to_have_text("1 / 10")
    expect(search).to_be_focused()
    expect(search).to_have_value("leaf-3")
    assert names(page) == ["leaf-3"]


def test_filters_become_chips_that_take_them_away(page: Page) -> None:
    page.locator("#filters-summary").click()
    page.locator("#id_issuer").select_option("CN=Acme Issuing")
    expect(found(page)).to_have_text("5 / 10")
    page.locator("#id_status").select_option("revoked")
    expect(page.get_by_role("heading", name="No certificate fits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#id_status")).to_be_hidden()

    page.get_by_role("link", name="Status: Revoked").click()

    expect(found(page)).to_have_text("5 / 10")
    expect(page).to_have_url(re.compile("issuer=CN%3DAcme"))
    page.get_by_role("link", name="Clear all").click()
    expect(found(page)).to_have_text("10 / 10")


def test_a_click_on_a_head_sorts_and_the_next_turns_around(page: Page) -> None:
    head = page.get_by_role("columnheader", name="Name")
    link = head.get_by_role("link")

    link.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(link).to_be_focused()
    assert names(page) == sorted(names(page))
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")

    page.get_by_role("searchbox").fill("leaf")
    expect(found(page)).to_have_text("5 / 10")
    assert names(page) == [f"leaf-{number}" for number in (4, 3, 2, 1, 0)]
    page.get_by_role("link", name="Tree").click()
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))


def test_columns_and_density_stay_as_chosen(page: Page) -> None:
    page.locator("#columns-summary").click()
    page.get_by_role("checkbox", name="Serial number").check()
    expect(page.get_by_role("columnheader", name="Serial number")).to_be_visible()
    page.get_by_role("checkbox", name="Subject").uncheck()
    expect(page.get_by_role("columnheader", name="Subject")).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    expect(page.locator("#id_col_subject")).to_be_hidden()
    page.get_by_label("Density").select_option("compact")
    expect(page.locator("#certificate-table")).to_have_class(re.compile("compact"))

    page.goto(re.sub(r"\?.*", "", page.url))

    expect(page.get_by_role("columnheader", name="Serial number")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Subject")).to_have_count(0)
    expect(page.get_by_label("Density")).to_have_value("compact")


def test_ticked_rows_show_the_bulk_bar_and_go_into_the_csv(page: Page) -> None:
    bulk = page.locator("[data-bulk]")
    expect(bulk).to_be_hidden()
    for name in ("leaf-1", "leaf-2"):
        page.get_by_label(f"Select {name}").check()
    expect(bulk).to_contain_text("2 selected")

    with page.expect_download() as download:
        page.get_by_role("button", name="Export List (CSV)").click()
    with download.value.path().open(encoding="utf-8") as lines:
        assert [line["name"] for line in csv.DictReader(lines)] == ["leaf-1", "leaf-2"]

    page.get_by_role("button", name="Clear").click()
    expect(bulk).to_be_hidden()
    expect(page.locator("tbody input:checked")).to_have_count(0)


def test_several_are_deleted_at_once(page: Page) -> None:
    for name in ("leaf-1", "leaf-2", "loose-1"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("toolbar").get_by_text("Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(found(page)).to_have_text("7 / 7")


def test_arrows_move_between_rows_space_selects_enter_opens(page: Page) -> None:
    page.get_by_role("link", name="other", exact=True).focus()

    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="root", exact=True)).to_be_focused()
    page.keyboard.press(" ")
    expect(page.get_by_label("Select root")).to_be_checked()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="loose-2")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="other", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_be_visible()


def test_pages_are_turned_in_place(bench: Bench, page: Page) -> None:
    for number in range(20):
        bench.keep(f"x-{number:02}", LEAF)
    page.get_by_label("Per page").select_option("25")
    expect(page.get_by_text("1 to 25 of 30 certificates")).to_be_visible()

    page.get_by_role("link", name="Next").click()

    expect(page.get_by_text("26 to 30 of 30 certificates")).to_be_visible()
    expect(page).to_have_url(re.compile("size=25"))
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_text("1 to 25 of 30 certificates")).to_be_visible()


def test_search_and_filters_work_without_javascript(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    forest(bench)
    plain = open_signed_in(browser_page(javascript=False), live_server.url, maria, LIST)

    plain.get_by_role("searchbox").fill("leaf")
    plain.get_by_role("searchbox").press("Enter")

    expect(found(plain)).to_have_text("5 / 10")
    plain.get_by_role("link", name="Expires (UTC)").click()
    expect(plain.get_by_role("columnheader", name="Expires")).to_have_attribute(
        "aria-sort", "ascending"
    )


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_list(
    color_scheme: ColorScheme,
    bench: Bench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    forest(bench)
    watched = browser_page(color_scheme=color_scheme)
    page = open_signed_in(watched, live_server.url, maria, LIST)
    page.locator("#filters-summary").click()
    assert accessibility_problems(page) == []
    page.goto(f"{live_server.url}{LIST}?q=nowhere&status=expired&density=compact")
    page.locator("#columns-summary").click()
    assert accessibility_problems(page) == []
    page.goto(f"{live_server.url}{LIST}?q=leaf&sort=-name&col=weak&col=used&col=status&col=serial")
    page.get_by_label("Select all certificates of this page").check()
    assert accessibility_problems(page) == []
