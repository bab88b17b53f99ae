"""The menu, and which list a path belongs to."""

import pytest

from domain.actions import Action
from webui import navigation


def everything(action: Action) -> bool:
    """Allow everything."""
    return bool(action)


def _tree(path: str) -> str:
    tree = navigation.tree(navigation.menu(path, everything))
    return tree.label if tree else ""


def _entries(path: str) -> list[tuple[str, bool]]:
    return [
        (entry.label, entry.is_current)
        for tab in navigation.menu(path, everything)
        for group in tab.groups
        for entry in group.entries
    ]


def test_every_entry_of_the_menu_has_its_page() -> None:
    menu = navigation.menu("/", everything)

    assert [tab.label for tab in menu] == ["Dashboard", "Monitor", "Device"]
    labels = [
        "Dashboard",
        "Configuration",
        "System",
        "SCEP Exchanges",
        "Alerts",
        "Certificates",
        "SCEP",
        "Email",
        "Syslog",
        "HTTP",
        "Alert Settings",
        "Setup",
        "Operations",
        "Config Audit",
        "Administrators",
        "Admin Roles",
        "Sessions",
        "Virtual Systems",
    ]
    assert _entries("/") == [(label, False) for label in labels]
    assert not any(tab.is_current for tab in menu)


def test_the_page_shown_is_marked_with_its_tab() -> None:
    assert _entries("/device/scep/add/")[5:7] == [("Certificates", False), ("SCEP", True)]
    assert [tab.is_current for tab in navigation.menu("/device/scep/add/", everything)] == [
        False,
        False,
        True,
    ]


def test_the_tree_is_that_of_the_current_tab_and_elsewhere_that_of_device() -> None:
    assert _tree("/monitor/scep/") == "Monitor"
    assert _tree("/tasks/") == "Device"


def test_a_tab_that_is_a_page_itself_has_no_tree() -> None:
    assert navigation.tree(navigation.menu("/dashboard/", everything)) is None


def test_a_tab_leads_to_its_first_entry() -> None:
    assert navigation.menu("/", everything)[2].url == "/device/certificates/"


def test_what_may_not_be_read_is_left_out() -> None:
    menu = navigation.menu("/", lambda action: action is Action.READ_SCEP)

    assert [tab.label for tab in menu] == ["Device"]
    assert [[entry.label for entry in group.entries] for group in menu[0].groups] == [["SCEP"]]


def test_who_may_read_nothing_has_no_menu() -> None:
    menu = navigation.menu("/", lambda action: not action)

    assert menu == ()
    assert navigation.tree(menu) is None


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
        ("/dashboard/", "/dashboard/", "Dashboard"),
        ("/tasks/12/", "/tasks/", "Tasks"),
        ("/commit/", "/", "Device"),
    ],
)
def test_every_path_belongs_to_a_list(path: str, url: str, words: str) -> None:
    assert navigation.list_url(path) == url
    assert navigation.heading(path) == words
