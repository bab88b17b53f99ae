"""The page about roles says what the table says."""

from tests.domain import roles_page


def test_the_page_about_roles_is_that_of_the_table() -> None:
    assert roles_page.PAGE.read_text(encoding="utf-8") == roles_page.text(), "run make docs"
