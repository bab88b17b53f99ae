"""An administrator as an XML entry, and back: ``phash``, ``permissions/role-based``.

The hash of the password stands there as the UUID of its sealed row. That an account is disabled,
which the product emulated does not know, stands in an ``x-scepadmin`` child.
"""

from functools import lru_cache
from typing import Final
from uuid import UUID

from lxml import etree

from domain.actors import Role
from domain.errors import Refused
from domain.locations import Location, is_vsys_key
from setup.spec.admin import Administrator

_HASH: Final = "phash"
_ROLE: Final = "permissions/role-based"
_OURS: Final = "x-scepadmin"
_DEVICE: Final = "localhost.localdomain"
"""The name that the XML has for the device itself."""

_CHILDREN: Final = {_HASH, "permissions", _OURS}


class AdministratorXmlUnusable(Refused):
    """The XML is not an administrator."""


def to_xml(admin: Administrator) -> str:
    """Write an administrator as an ``entry``."""
    entry = etree.Element("entry", name=admin.name)
    if admin.password is not None:
        etree.SubElement(entry, _HASH).text = str(admin.password)
    _write_role(etree.SubElement(etree.SubElement(entry, "permissions"), "role-based"), admin)
    if not admin.enabled:
        etree.SubElement(etree.SubElement(entry, _OURS), "disabled").text = "yes"
    return etree.tostring(entry, encoding="unicode")


@lru_cache(maxsize=1024)  # lists and validations read them all, and the texts hardly ever change
def from_xml(name: str, xml: str) -> Administrator:
    """Read an ``entry``.

    Args:
        name: the user name; the entry's own ``name`` is not looked at.
        xml: the entry in canonical form.

    Raises:
        AdministratorXmlUnusable: not an entry, or an element or value that no administrator has.
    """
    entry = etree.fromstring(xml)
    if entry.tag != "entry" or not {str(child.tag) for child in entry} <= _CHILDREN:
        message = "An administrator is an entry with a phash, permissions and x-scepadmin."
        raise AdministratorXmlUnusable(message)
    roles = entry.findall(f"{_ROLE}/*")
    if len(roles) != 1 or roles[0].tag not in set(Role):
        raise AdministratorXmlUnusable("An administrator has one role that the device knows.")
    return Administrator(
        name=name,
        role=Role(str(roles[0].tag)),
        profile=roles[0].findtext("profile") or "",
        vsys=tuple(_location(member.text) for member in roles[0].iterfind(".//vsys/member")),
        enabled=entry.findtext(f"{_OURS}/disabled") != "yes",
        password=_secret(entry.findtext(_HASH)),
    )


def _write_role(parent: etree._Element, admin: Administrator) -> None:
    role = etree.SubElement(parent, admin.role)
    if admin.role in {Role.SUPERUSER, Role.SUPERREADER}:
        role.text = "yes"
    elif admin.role is Role.CUSTOM:
        etree.SubElement(role, "profile").text = admin.profile
        _write_systems(role, admin)
    elif admin.role.is_of_vsys:
        _write_systems(etree.SubElement(role, "entry", name=_DEVICE), admin)
    else:
        etree.SubElement(role, "member").text = _DEVICE


def _write_systems(parent: etree._Element, admin: Administrator) -> None:
    if admin.vsys:
        listed = etree.SubElement(parent, "vsys")
        for place in sorted(admin.vsys):
            etree.SubElement(listed, "member").text = place.key


def _location(key: str | None) -> Location:
    if not is_vsys_key(key or ""):
        raise AdministratorXmlUnusable(f"{key or 'Nothing'} is no key of a virtual system.")
    return Location(key or "")


def _secret(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        message = "This password hash was not made by this device."
        raise AdministratorXmlUnusable(message, hint="Set a password.") from error
