"""The elements of an entry that hold a secret."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lxml import etree

from configuration.transfer import FilePlace

SecretField: TypeAlias = tuple[str, str, str]
"""Path below the entry, the secret's purpose, and what the element says."""


def secret_fields(xml: str, place: FilePlace) -> list[SecretField]:
    """List the secrets of an entry, in its order; elements without text hold none.

    Args:
        xml: a well-formed entry.
        place: says where its secrets are.
    """
    if not place.secrets:
        return []
    found = _elements(etree.fromstring(xml), place)
    return [(path, place.secrets[path], element.text or "") for path, element in found]


def fill_secrets(xml: str, place: FilePlace, instead: Mapping[str, str]) -> str:
    """Write other texts where an entry has secrets.

    Args:
        xml: a well-formed entry.
        place: says where its secrets are.
        instead: what to write for each text; what it does not name is emptied.
    """
    if not place.secrets:
        return xml
    entry = etree.fromstring(xml)
    for _path, element in _elements(entry, place):
        element.text = instead.get(element.text or "", "")
    return etree.tostring(entry, encoding="unicode")


def _elements(entry: etree._Element, place: FilePlace) -> Iterator[tuple[str, etree._Element]]:
    for path in place.secrets:
        for element in entry.findall(path):
            if (element.text or "").strip():
                yield path, element
