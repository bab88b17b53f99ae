"""A card of Device > Setup > Management as an XML entry, and back: absent at the default."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lxml import etree

from domain.errors import Refused
from setup.spec.management import CARDS, Card, Field, Number, Switch, Value


class ManagementXmlUnusable(Refused):
    """The XML is not a card of the management settings."""


def to_xml(card: Card, value: Value) -> str:
    """Write a card as an ``entry``; what equals the default is left out."""
    entry = etree.Element("entry", name=card.name)
    for field in card:
        current = getattr(value, field.attribute)
        if current != getattr(card.default, field.attribute):
            _at(entry, field.path).text = _written(current)
    return etree.tostring(entry, encoding="unicode")


@lru_cache(maxsize=64)  # every request reads them, and the texts hardly ever change
def from_xml(name: str, xml: str) -> Value:
    """Read an ``entry``.

    Args:
        name: which card; the entry's own ``name`` is not looked at.
        xml: the entry in canonical form.

    Raises:
        ManagementXmlUnusable: no such card, an element that it has not, or a value of another
            type; limits are for ``setup.rules.management``.
    """
    card = CARDS.get(name)
    entry = etree.fromstring(xml)
    if card is None or entry.tag != "entry":
        known = ", ".join(CARDS)
        raise ManagementXmlUnusable(f"{name} is no entry of the management settings: {known}.")
    fields = {field.path: field for field in card}
    values: dict[str, Any] = {}
    for element in entry.iterdescendants():
        if len(element):
            continue
        path = "/".join([*(str(up.tag) for up in _ancestors(element)), str(element.tag)])
        if path not in fields:
            raise ManagementXmlUnusable(f"{card.label} has no element {path}.")
        values[fields[path].attribute] = _read(fields[path], element.text or "")
    return replace(card.default, **values)


def _ancestors(element: etree._Element) -> list[etree._Element]:
    """List the elements between the entry and this one, outermost first."""
    return list(element.iterancestors())[-2::-1]


def _at(entry: etree._Element, path: str) -> etree._Element:
    element = entry
    for tag in path.split("/"):
        found = element.find(tag)
        element = etree.SubElement(element, tag) if found is None else found
    return element


def _written(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _read(field: Field, text: str) -> bool | int | str:
    if isinstance(field, Switch):
        if text not in {"yes", "no"}:
            raise ManagementXmlUnusable(f"{field.path} is yes or no, not {text!r}.")
        return text == "yes"
    if isinstance(field, Number):
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise ManagementXmlUnusable(f"{field.path} is a whole number, not {text!r}.")
        return int(text)
    return text
