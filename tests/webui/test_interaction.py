"""What static/js adds to htmx, in Chromium: dialogs, toasts, selection, dependent fields."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import BrowserPage, OpenPage

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(gallery: str, browser_page: OpenPage) -> BrowserPage:
    """The gallery's list."""
    watched = browser_page()
    watched.page.goto(f"{gallery}/")
    return watched


def _open_form(page: Page) -> None:
    page.get_by_role("link", name="Add").click()
    expect(page.get_by_role("dialog", name="SCEP Configuration")).to_be_visible()


def _fill(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("ndes-users")
    page.get_by_label("Server URL").fill("http://ca.example/scep")
    page.get_by_label("CA-IDENT Name").fill("ca")


def test_a_dialog_opens_with_the_focus_in_its_first_field(opened: BrowserPage) -> None:
    page = opened.page
    _open_form(page)

    expect(page.get_by_label("Name", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    "close",
    [
        pytest.param(lambda page: page.keyboard.press("Escape"), id="Escape"),
        pytest.param(lambda page: page.get_by_role("button", name="Cancel").click(), id="Cancel"),
        pytest.param(lambda page: page.get_by_role("button", name="Close").click(), id="Close"),
        pytest.param(lambda page: page.get_by_role("button", name="Cancel").press(" "), id="Space"),
    ],
)
def test_closing_a_dialog_returns_the_focus(
    opened: BrowserPage, close: Callable[[Page], None]
) -> None:
    page = opened.page
    _open_form(page)

    close(page)

    expect(page.locator("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Add")).to_be_focused()


def test_an_invalid_form_stays_open_at_its_first_error(opened: BrowserPage) -> None:
    opened.expect("422")
    _open_form(opened.page)
    opened.page.get_by_label("Name", exact=True).fill("kept")

    opened.page.get_by_role("button", name="OK").click()

    expect(opened.page.get_by_role("alert")).to_have_text("2 fields need attention.")
    expect(opened.page.get_by_label("Server URL")).to_be_focused()
    expect(opened.page.get_by_label("Name", exact=True)).to_have_value("kept")


def test_saving_closes_the_dialog_refreshes_the_list_and_returns_the_focus(
    opened: BrowserPage,
) -> None:
    page = opened.page
    page.get_by_role("checkbox", name="Select branch-00").check()
    _open_form(page)
    _fill(page)

    page.get_by_label("Name", exact=True).press("Enter")

    expect(page.locator("dialog")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Select branch-00")).not_to_be_checked()
    expect(page.get_by_role("link", name="Add")).to_be_focused()


def test_a_dialog_opened_by_its_url_closes_to_the_list(
    gallery: str, browser_page: OpenPage
) -> None:
    page = browser_page().page
    page.goto(f"{gallery}/form/")

    page.get_by_role("button", name="Cancel").click()

    page.wait_for_url(f"{gallery}/")


def test_a_dialog_opened_by_its_url_saves_to_the_list(gallery: str, browser_page: OpenPage) -> None:
    page = browser_page().page
    page.goto(f"{gallery}/form/")
    _fill(page)

    page.get_by_role("button", name="OK").click()

    page.wait_for_url(f"{gallery}/")


def test_without_javascript_dialogs_are_pages_that_save(
    gallery: str, browser_page: OpenPage
) -> None:
    opened = browser_page(javascript=False)
    opened.expect("422")
    page = opened.page
    page.goto(f"{gallery}/")
    page.get_by_role("link", name="Add").click()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("alert")).to_have_text("3 fields need attention.")
    _fill(page)

    page.get_by_role("button", name="OK").click()

    page.wait_for_url(f"{gallery}/")


def test_without_javascript_a_tool_takes_the_selected_rows(
    gallery: str, browser_page: OpenPage
) -> None:
    page = browser_page(javascript=False).page
    page.goto(f"{gallery}/")
    page.get_by_role("checkbox", name="Select branch-01").check()
    page.get_by_role("checkbox", name="Select branch-02").check()

    page.get_by_role("button", name="Delete").click()

    expect(page.locator("dialog")).to_contain_text("Delete 2 objects")


def test_tools_follow_the_selection(opened: BrowserPage) -> None:
    page = opened.page
    delete, clone = (page.get_by_role("button", name=name) for name in ("Delete", "Clone"))
    expect(delete).to_be_disabled()

    page.get_by_role("checkbox", name="Select branch-01").check()
    expect(delete).to_be_enabled()
    expect(clone).to_be_enabled()

    page.get_by_role("checkbox", name="Select all rows").check()
    expect(page.get_by_role("checkbox", name="Select branch-12")).to_be_checked()
    expect(delete).to_be_enabled()
    expect(clone).to_be_disabled()


def test_a_click_on_a_row_selects_it(opened: BrowserPage) -> None:
    page = opened.page
    page.locator("tr", has_text="branch-03").get_by_text("vsys1").click()

    expect(page.get_by_role("checkbox", name="Select branch-03")).to_be_checked()


def test_a_tool_takes_the_selected_rows(opened: BrowserPage) -> None:
    page = opened.page
    page.get_by_role("checkbox", name="Select branch-01").check()

    page.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("dialog", name="Delete")).to_contain_text("Delete 1 object ")


def test_arrow_keys_move_in_the_toolbar(opened: BrowserPage) -> None:
    page = opened.page
    page.get_by_role("link", name="Add").focus()

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Generate")).to_be_focused()

    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Add")).to_be_focused()


def test_a_dependent_field_follows_the_other(opened: BrowserPage) -> None:
    page = opened.page
    _open_form(page)
    expect(page.get_by_label("Password")).to_be_hidden()

    page.get_by_label("SCEP Challenge").select_option("dynamic")

    expect(page.get_by_label("Password")).to_be_visible()


def test_a_refusal_is_a_toast_that_can_be_dismissed(opened: BrowserPage) -> None:
    opened.expect("409")
    page = opened.page

    page.get_by_role("link", name="Refused").click()
    expect(page.get_by_role("status")).to_contain_text("The profile is in use by 2 certificates.")

    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_failing_server_is_a_toast(opened: BrowserPage) -> None:
    opened.expect("500")

    opened.page.get_by_role("link", name="Failing").click()

    expect(opened.page.get_by_role("status")).to_contain_text("The server failed (500).")


def test_an_unreachable_server_loses_nothing_that_was_typed(opened: BrowserPage) -> None:
    opened.expect("ERR_INTERNET_DISCONNECTED", "htmx:")
    page = opened.page
    _open_form(page)
    _fill(page)
    page.context.set_offline(True)

    page.get_by_role("button", name="OK").click()

    expect(page.get_by_role("status")).to_contain_text("The server cannot be reached.")
    expect(page.get_by_label("Name", exact=True)).to_have_value("ndes-users")
    page.get_by_role("button", name="Dismiss").click()
    page.context.set_offline(False)
    page.get_by_role("button", name="OK").click()
    expect(page.locator("dialog")).to_have_count(0)


def test_an_expired_session_leads_to_the_login_and_back(opened: BrowserPage) -> None:
    page = opened.page
    page.get_by_role("link", name="Private").click()

    page.wait_for_url("**/login/?next=%2Fgallery%2F&ended=1")


def test_a_fragment_goes_on_polling_after_a_failure_and_keeps_what_is_unfolded(
    opened: BrowserPage,
) -> None:
    opened.expect("503")
    page = opened.page
    page.get_by_role("link", name="Progress").click()
    page.get_by_text("The server offers SHA-1 and 3DES only.").click()

    expect(page.get_by_role("progressbar")).to_have_attribute("value", "100")

    expect(page.get_by_text("Content type")).to_be_visible()


def test_copying_says_so(opened: BrowserPage) -> None:
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="branch-07").click()

    page.get_by_role("button", name="Copy the SHA-256 fingerprint").click()

    expect(page.get_by_role("status")).to_contain_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("A6:56:FA:66")


def test_a_click_with_control_opens_the_dialog_in_a_new_tab(opened: BrowserPage) -> None:
    page = opened.page
    with page.context.expect_page() as new_tab:
        page.get_by_role("link", name="Add").click(modifiers=["ControlOrMeta"])

    expect(new_tab.value.get_by_role("dialog")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)


def test_the_keyboard_can_skip_to_the_content(opened: BrowserPage) -> None:
    page = opened.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_on_a_narrow_screen_the_menu_button_shows_the_tree(
    gallery: str, browser_page: OpenPage
) -> None:
    page = browser_page(size=(320, 640)).page
    page.goto(f"{gallery}/")
    expect(page.get_by_role("link", name="SCEP", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Menu").click()

    expect(page.get_by_role("link", name="SCEP", exact=True)).to_be_visible()
