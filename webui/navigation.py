"""The menu as data: tabs along the top, a tree at the left. Only entries that work are listed."""

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse


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

_LISTS_OUTSIDE_THE_MENU: Final = ("jobs:index",)


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


def list_url(path: str) -> str:
    """Return the list that a path belongs to: where closing a dialog leads; else the home page."""
    names = [entry.url_name for tab in MENU for group in tab.groups for entry in group.entries]
    urls = [_url(name) for name in (*names, *_LISTS_OUTSIDE_THE_MENU)]
    return next((url for url in urls if url and path.startswith(url)), "/")


def _tab(tab: Tab, path: str) -> MenuTab:
    groups = tuple(_group(group, path) for group in tab.groups)
    entries = [entry for group in groups for entry in group.entries]
    current = any(entry.is_current for entry in entries)
    return MenuTab(tab.label, next((e.url for e in entries), "/"), current, groups)


def _group(group: Group, path: str) -> MenuGroup:
    urls = [(entry.label, _url(entry.url_name)) for entry in group.entries]
    return MenuGroup(
        group.label,
        tuple(MenuEntry(label, url, path.startswith(url)) for label, url in urls if url),
    )


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
