"""The menu as data: tabs along the top, a tree at the left. Only entries that work are listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the tree.

    Attributes:
        label: the words shown.
        url_name: name of the list's URL; everything below that URL belongs to the entry.
    """

    label: str
    url_name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A foldable part of the tree."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One word of the top bar, with its tree."""

    label: str
    groups: tuple[Group, ...]


MENU: Final = (
    Tab(
        "Monitor",
        (
            Group(
                "Logs",
                (
                    Entry("Configuration", "monitor:configuration"),
                    Entry("System", "monitor:system"),
                    Entry("SCEP Exchanges", "monitor:exchanges"),
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
                    Entry("Certificates", "certificates:index"),
                    Entry("SCEP", "profiles:index"),
                ),
            ),
        ),
    ),
)

_OUTSIDE_THE_MENU: Final = (Entry("Tasks", "jobs:index"),)
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


def menu(path: str) -> tuple[MenuTab, ...]:
    """Return the menu with what belongs to the path marked as current."""
    return tuple(_tab(tab, path) for tab in MENU)


def tree(tabs: Sequence[MenuTab]) -> MenuTab:
    """Return the tab whose tree is shown: the current one; on pages outside the menu the last."""
    return next((tab for tab in tabs if tab.is_current), tabs[-1])


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
                yield reverse(entry.url_name), f"{tab.label} / {group.label} / {entry.label}"
    for entry in _OUTSIDE_THE_MENU:
        yield reverse(entry.url_name), entry.label


def _tab(tab: Tab, path: str) -> MenuTab:
    groups = tuple(_group(group, path) for group in tab.groups)
    entries = [entry for group in groups for entry in group.entries]
    current = any(entry.is_current for entry in entries)
    return MenuTab(tab.label, entries[0].url, current, groups)


def _group(group: Group, path: str) -> MenuGroup:
    urls = [(entry.label, reverse(entry.url_name)) for entry in group.entries]
    entries = tuple(MenuEntry(label, url, path.startswith(url)) for label, url in urls)
    return MenuGroup(group.label, entries)
