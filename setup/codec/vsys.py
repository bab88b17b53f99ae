"""A virtual system as an XML entry, and back: ``<entry name="vsys2"><display-name>``..."""

from functools import lru_cache
from typing import Final

from lxml import etree

from domain.errors import Refused
from setup.spec.vsys import VirtualSystem, number_of

_NAME: Final = "display-name"


class VirtualSystemXmlUnusable(Refused):
    """The XML is not a virtual system."""


def to_xml(system: VirtualSystem) -> str:
    """Write a virtual system as an ``entry``."""
    entry = etree.Element("entry", name=system.key)
    if system.display_name:
        etree.SubElement(entry, _NAME).text = system.display_name
    return etree.tostring(entry, encoding="unicode")


@lru_cache(maxsize=1024)  # every page reads them all, and the texts hardly ever change
def from_xml(key: str, xml: str) -> VirtualSystem:
    """Read an ``entry``.

    Args:
        key: ``vsysN``; the entry's own ``name`` is not looked at.
        xml: the entry in canonical form.

    Raises:
        VirtualSystemXmlUnusable: not an entry, or an element that no virtual system has.
    """
    number = number_of(key)
    entry = etree.fromstring(xml)
    if number is None:
        raise VirtualSystemXmlUnusable(f"{key} is no key of a virtual system: vsys1 to vsys255.")
    if entry.tag != "entry":
        raise VirtualSystemXmlUnusable("A virtual system is an element named entry.")
    tags = [str(child.tag) for child in entry]
    if tags not in ([], [_NAME]):
        raise VirtualSystemXmlUnusable("A virtual system has one element: display-name.")
    return VirtualSystem(number, entry.findtext(_NAME) or "")
