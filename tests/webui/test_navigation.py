"""The menu, and which list a path belongs to."""

import pytest

from webui import navigation


def _entries(path: str) -> list[tuple[str, bool]]:
    return [
        (entry.label, entry.is_current)
        for tab in navigation.menu(path)
        for group in tab.groups
        for entry in group.entries
    ]


def test_every_entry_of_the_menu_has_its_page() -> None:
    menu = navigation.menu("/")

    assert [tab.label for tab in menu] == ["Device"]
    assert _entries("/") == [("Certificates", False), ("SCEP", False)]
    assert not menu[0].is_current


def test_the_page_shown_is_marked_with_its_tab() -> None:
    assert _entries("/device/scep/add/") == [("Certificates", False), ("SCEP", True)]
    assert navigation.menu("/device/scep/add/")[0].is_current


def test_a_tab_leads_to_its_first_entry() -> None:
    assert navigation.menu("/")[0].url == "/device/certificates/"


@pytest.mark.parametrize(
    ("path", "url", "words"),
    [
        ("/device/scep/add/", "/device/scep/", "Device / Certificate Management / SCEP"),
        (
            "/device/certificates/",
            "/device/certificates/",
            "Device / Certificate Management / Certificates",
        ),
        ("/tasks/12/", "/tasks/", "Tasks"),
        ("/commit/", "/", "Device"),
    ],
)
def test_every_path_belongs_to_a_list(path: str, url: str, words: str) -> None:
    assert navigation.list_url(path) == url
    assert navigation.heading(path) == words
