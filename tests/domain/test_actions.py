"""What an admin can do, and the pages it is grouped by."""

import pytest

from domain.actions import OF_PAGES, Action, Page


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words_for_a_refusal(action: Action) -> None:
    assert action.words


@pytest.mark.parametrize("page", Page)
def test_every_page_can_be_read_and_has_a_name(page: Page) -> None:
    assert page.read.is_read
    assert page.label


def test_the_words_of_a_page_say_what_stands_there() -> None:
    assert Page.SCEP.read.words == "reading SCEP profiles"
    assert Page.SCEP.write.words == "changing SCEP profiles"


def test_a_log_can_only_be_read() -> None:
    assert not Page.SYSTEM_LOG.is_writable
    with pytest.raises(ValueError, match="write-system-log"):
        _ = Page.SYSTEM_LOG.write


def test_the_actions_of_pages_are_their_reading_and_writing() -> None:
    writing = {page.write for page in Page if page.is_writable}

    assert {page.read for page in Page} | writing == OF_PAGES
