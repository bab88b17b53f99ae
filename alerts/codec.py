"""Server profiles and alert settings as XML entries, and back. Pure.

The elements are those of the product emulated, as far as it has them: a profile's server is an
entry of its own, ``<server><entry name="...">``. Elements that are not ours are passed over.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from lxml import etree

from alerts.fields import Choice, Field, Kind, Number, Secret, Switch
from alerts.spec import Value
from domain.errors import Refused


class AlertXmlUnusable(Refused):
    """The XML is no server profile, or no alert settings."""


def to_xml(kind: Kind, name: str, value: Value) -> str:
    """Write an object as an ``entry``; what has its default is left out, but for choices."""
    entry = etree.Element("entry", name=name)
    for field in kind.fields:
        current = getattr(value, field.attribute)
        told = isinstance(field, Choice | Number)
        if told or current != getattr(kind.default, field.attribute):
            _at(entry, field.path, name).text = _written(current)
    return etree.tostring(entry, encoding="unicode")


@lru_cache(maxsize=64)  # the running profiles are read again and again
def from_xml(kind: Kind, xml: str) -> Value:
    """Read an ``entry`` in canonical form.

    Raises:
        AlertXmlUnusable: it has several servers, or a value of another type; limits are for
            ``alerts.rules``.
    """
    entry = etree.fromstring(xml)
    if len(entry.findall("server/entry")) > 1:
        raise AlertXmlUnusable("A server profile has one server here. Make one profile for each.")
    values: dict[str, Any] = {}
    for field in kind.fields:
        element = entry.find(field.path)
        if element is not None:
            values[field.attribute] = _read(field, (element.text or "").strip())
    return replace(kind.default, **values)


def _at(entry: etree._Element, path: str, name: str) -> etree._Element:
    element = entry
    for tag in path.split("/"):
        found = element.find(tag)
        if found is None:
            found = etree.SubElement(element, tag)
            if tag == "entry":
                found.set("name", name)
        element = found
    return element


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _read(field: Field, text: str) -> object:
    try:
        if isinstance(field, Number):
            return int(text)
        if isinstance(field, Secret):
            return UUID(text) if text else None
    except ValueError:
        raise AlertXmlUnusable(f"{field.label} cannot be {text[:40]!r}.") from None
    if isinstance(field, Switch):
        return text == "yes"
    return text
