"""An admin role as an XML entry, and back.

The elements are those of the product emulated (``role/{device|vsys}/webui/...``); for what it has
no element there is one ``x-scepadmin`` child. What a role disables is left out.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from lxml import etree

from domain.actions import Action, Page
from domain.errors import Refused
from setup.spec.admin_role import Access, AdminRole, permitted

_OURS: Final = "x-scepadmin"

_PAGES: Final[Mapping[str, Page]] = {
    "webui/dashboard": Page.DASHBOARD,
    "webui/monitor/logs/configuration": Page.CONFIGURATION_LOG,
    "webui/monitor/logs/system": Page.SYSTEM_LOG,
    "webui/device/setup/management": Page.SETUP,
    "webui/device/config-audit": Page.CONFIG_AUDIT,
    "webui/device/admin-roles": Page.ADMIN_ROLES,
    "webui/device/administrators": Page.ADMINISTRATORS,
    "webui/device/virtual-systems": Page.VIRTUAL_SYSTEMS,
    "webui/device/certificate-management/certificates": Page.CERTIFICATES,
    "webui/device/certificate-management/scep": Page.SCEP,
    "webui/tasks": Page.TASKS,
    f"{_OURS}/exchanges": Page.EXCHANGES,
    f"{_OURS}/alerts": Page.ALERTS,
}
_ACTIONS: Final[Mapping[str, Action]] = {
    "webui/save/partial-save": Action.SAVE,
    "webui/validate": Action.VALIDATE,
    "webui/commit/commit-for-other-admins": Action.COMMIT_FOR_OTHERS,
    **{
        f"{_OURS}/{action}": action
        for action in (
            Action.LOAD,
            Action.REVERT,
            Action.IMPORT,
            Action.EXPORT,
            Action.EXPORT_PRIVATE_KEYS,
            Action.EXPORT_LOGS,
            Action.TAKE_LOCKS,
            Action.MANAGE_JOBS,
            Action.MANAGE_OTHERS_JOBS,
        )
    },
}
_COMMIT: Final = {False: "webui/commit/device", True: "webui/commit/virtual-systems"}
"""Committing, for roles of the device and of virtual systems."""


class AdminRoleXmlUnusable(Refused):
    """The XML is not an admin role."""


def to_xml(role: AdminRole) -> str:
    """Write an admin role as an ``entry``."""
    entry = etree.Element("entry", name=role.name)
    if role.description:
        etree.SubElement(entry, "description").text = role.description
    kind = "vsys" if role.of_vsys else "device"
    top = etree.SubElement(etree.SubElement(entry, "role"), kind)
    for path, page in _PAGES.items():
        access = role.access(page)
        if access is not Access.DISABLE:
            _put(top, path, access if page.is_writable else Access.ENABLE)
    for path, action in _actions(of_vsys=role.of_vsys).items():
        if action in role.permitted:
            _put(top, path, Access.ENABLE)
    return etree.tostring(entry, encoding="unicode")


@lru_cache(maxsize=1024)  # the list of admins reads the role of each
def from_xml(name: str, xml: str) -> AdminRole:
    """Read an ``entry``.

    Args:
        name: the role's name; the entry's own ``name`` is not looked at.
        xml: the entry in canonical form.

    Raises:
        AdminRoleXmlUnusable: not an entry, or an element or value that no admin role has.
    """
    entry = etree.fromstring(xml)
    if entry.tag != "entry" or not {"description", "role"} >= {str(one.tag) for one in entry}:
        raise AdminRoleXmlUnusable("An admin role is an entry with a description and a role.")
    types = entry.findall("role/*")
    if len(types) != 1 or types[0].tag not in {"device", "vsys"}:
        raise AdminRoleXmlUnusable("A role is one for the device or one for virtual systems.")
    of_vsys = types[0].tag == "vsys"
    said = dict(_leaves(types[0], ""))
    pages = {_PAGES[path]: access for path, access in said.items() if path in _PAGES}
    actions = _actions(of_vsys=of_vsys)
    unknown = said.keys() - _PAGES.keys() - actions.keys()
    if unknown:
        raise AdminRoleXmlUnusable(f"No admin role has this element: {min(unknown)}.")
    given = {actions[path] for path in said.keys() & actions.keys() if said[path] == Access.ENABLE}
    return AdminRole(
        name=name,
        description=entry.findtext("description") or "",
        of_vsys=of_vsys,
        permitted=permitted(pages, frozenset(given)),
    )


def _actions(*, of_vsys: bool) -> dict[str, Action]:
    return {_COMMIT[of_vsys]: Action.COMMIT, **_ACTIONS}


def _put(top: etree._Element, path: str, value: str) -> None:
    """Write a value at a path; elements on the way are made once."""
    here = top
    for tag in path.split("/"):
        found = here.find(tag)
        here = etree.SubElement(here, tag) if found is None else found
    here.text = value


def _leaves(element: etree._Element, path: str) -> Iterator[tuple[str, Access]]:
    for child in element:
        below = f"{path}/{child.tag}" if path else str(child.tag)
        if len(child):
            yield from _leaves(child, below)
        elif child.text in set(Access):
            yield below, Access(child.text)
        else:
            raise AdminRoleXmlUnusable(f"{below} is not enable, read-only or disable.")
