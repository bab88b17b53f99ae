"""The menu as data: tabs along the top, a tree at the left. Only entries that work are listed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from django.urls import reverse

from domain.actions import Action, Page

May: TypeAlias = Callable[[Action], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the tree.

    Attributes:
        label: the words shown.
        url_name: name of the list's URL; everything below that URL belongs to the entry.
        page: shown to those who may read it.
    """

    label: str
    url_name: str
    page: Page


@dataclass(frozen=True, slots=True)
class Group:
    """A foldable part of the tree; one without a label stands for a page that needs no tree."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One word of the top bar, with its tree."""

    label: str
    groups: tuple[Group, ...]


MENU: Final = (
    Tab("Dashboard", (Group("", (Entry("Dashboard", "dashboard:index", Page.DASHBOARD),)),)),
    Tab(
        "Monitor",
        (
            Group(
                "Logs",
                (
                    Entry("Configuration", "monitor:configuration", Page.CONFIGURATION_LOG),
                    Entry("System", "monitor:system", Page.SYSTEM_LOG),
                    Entry("SCEP Exchanges", "monitor:exchanges", Page.EXCHANGES),
                    Entry("Alerts", "alerts:deliveries", Page.ALERTS),
                ),
            ),
        ),
    ),
    Tab(
        "Device",
        (
            Group(
                "Certificate Management",
                (
                    Entry("Certificates", "certificates:index", Page.CERTIFICATES),
                    Entry("SCEP", "profiles:index", Page.SCEP),
                ),
            ),
            Group(
                "Server Profiles",
                (
                    Entry("Email", "alerts:email", Page.ALERTS),
                    Entry("Syslog", "alerts:syslog", Page.ALERTS),
                    Entry("HTTP", "alerts:http", Page.ALERTS),
                    Entry("Alert Settings", "alerts:settings", Page.ALERTS),
                ),
            ),
            Group(
                "System",
                (
                    Entry("Setup", "setup:management", Page.SETUP),
                    Entry("Operations", "configuration:operations", Page.SETUP),
                    Entry("Config Audit", "configuration:history", Page.CONFIG_AUDIT),
                    Entry("Administrators", "setup:admins", Page.ADMINISTRATORS),
                    Entry("Admin Roles", "setup:admin-roles", Page.ADMIN_ROLES),
                    Entry("Sessions", "device:sessions", Page.ADMINISTRATORS),
                    Entry("Virtual Systems", "setup:vsys", Page.VIRTUAL_SYSTEMS),
                ),
            ),
        ),
    ),
)

_OUTSIDE_THE_MENU: Final = (Entry("Tasks", "jobs:index", Page.TASKS),)
_ELSEWHERE: Final = "Device"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry as the frame shows it."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A group as the frame shows it."""

    label: str
    entries: tuple[MenuEntry, ...]


@dataclass(frozen=True, slots=True)
class MenuTab:
    """A tab as the frame shows it.

    Attributes:
        label: the word shown.
        url: its first entry's URL.
        is_current: whether the page shown belongs to it.
        groups: its tree.
    """

    label: str
    url: str
    is_current: bool
    groups: tuple[MenuGroup, ...]


def menu(path: str, may: May) -> tuple[MenuTab, ...]:
    """Return the menu with what belongs to the path marked as current.

    Args:
        path: of the page shown.
        may: tells whether the reader may do something; what he may not read is left out.
    """
    tabs = (_tab(tab, path, may) for tab in MENU)
    return tuple(tab for tab in tabs if tab is not None)


def tree(tabs: Sequence[MenuTab]) -> MenuTab | None:
    """Return the tab whose tree is shown: the current one; on pages outside the menu the last.

    A tab that is a page itself has no tree.
    """
    last = tabs[-1] if tabs else None
    shown = next((tab for tab in tabs if tab.is_current), last)
    return shown if shown is not None and all(group.label for group in shown.groups) else None


def list_url(path: str) -> str:
    """Return the list that a path belongs to: where closing a dialog leads; else the home page."""
    return next((url for url, _ in _places() if path.startswith(url)), "/")


def heading(path: str) -> str:
    """Return the breadcrumb words of the list that a path belongs to."""
    return next((words for url, words in _places() if path.startswith(url)), _ELSEWHERE)


def _places() -> Iterator[tuple[str, str]]:
    for tab in MENU:
        for group in tab.groups:
            for entry in group.entries:
                words = (tab.label, group.label, entry.label) if group.label else (entry.label,)
                yield reverse(entry.url_name), " / ".join(words)
    for entry in _OUTSIDE_THE_MENU:
        yield reverse(entry.url_name), entry.label


def _tab(tab: Tab, path: str, may: May) -> MenuTab | None:
    every = (_group(group, path, may) for group in tab.groups)
    groups = tuple(group for group in every if group.entries)
    entries = [entry for group in groups for entry in group.entries]
    if not entries:
        return None
    current = any(entry.is_current for entry in entries)
    return MenuTab(tab.label, entries[0].url, current, groups)


def _group(group: Group, path: str, may: May) -> MenuGroup:
    shown = [entry for entry in group.entries if may(entry.page.read)]
    urls = [(entry.label, reverse(entry.url_name)) for entry in shown]
    entries = tuple(MenuEntry(label, url, path.startswith(url)) for label, url in urls)
    return MenuGroup(group.label, entries)
