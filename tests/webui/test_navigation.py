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

    assert [tab.label for tab in menu] == ["Monitor", "Device"]
    labels = ["Configuration", "System", "SCEP Exchanges", "Certificates", "SCEP"]
    assert _entries("/") == [(label, False) for label in labels]
    assert not any(tab.is_current for tab in menu)


def test_the_page_shown_is_marked_with_its_tab() -> None:
    assert _entries("/device/scep/add/")[-2:] == [("Certificates", False), ("SCEP", True)]
    assert [tab.is_current for tab in navigation.menu("/device/scep/add/")] == [False, True]


def test_the_tree_is_that_of_the_current_tab_and_elsewhere_that_of_device() -> None:
    assert navigation.tree(navigation.menu("/monitor/scep/")).label == "Monitor"
    assert navigation.tree(navigation.menu("/tasks/")).label == "Device"


def test_a_tab_leads_to_its_first_entry() -> None:
    assert navigation.menu("/")[1].url == "/device/certificates/"


@pytest.mark.parametrize(
    ("path", "url", "words"),
    [
        ("/device/scep/add/", "/device/scep/", "Device / Certificate Management / SCEP"),
        (
            "/device/certificates/",
            "/device/certificates/",
            "Device / Certificate Management / Certificates",
        ),
        ("/monitor/scep/x/", "/monitor/scep/", "Monitor / Logs / SCEP Exchanges"),
        ("/tasks/12/", "/tasks/", "Tasks"),
        ("/commit/", "/", "Device"),
    ],
)
def test_every_path_belongs_to_a_list(path: str, url: str, words: str) -> None:
    assert navigation.list_url(path) == url
    assert navigation.heading(path) == words
