"""Writing a whole configuration."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from configuration.file_format.places import SKELETON, Path, Places, base_of
from configuration.file_format.reading import FORMAT, MARK
from configuration.file_format.secret_table import write_table
from configuration.transfer import FileObject
from device.sealed import SealedSecrets
from domain.locations import Location, is_vsys_key

_INDENT: Final = "  "


def write(
    objects: Iterable[FileObject],
    places: Places,
    *,
    version: str,
    sealed: SealedSecrets | None = None,
) -> bytes:
    """Write a configuration file, UTF-8; the same configuration makes the same file.

    Args:
        objects: each with its UUID and, where its entry has secrets, their placeholders.
        places: what stands where.
        version: of the software, as the product writes it: ``11.1.0``.
        sealed: the secrets.
    """
    root = etree.Element("config", {"version": version, MARK: FORMAT})
    listed = sorted(objects, key=lambda one: (one.location, one.kind, one.name, str(one.uuid)))
    elements: dict[Path, etree._Element] = {(): root}
    for path in (*SKELETON, *(base_of(one) for one in _systems_in_order(listed, places))):
        _element(elements, path)
    for one in listed:
        _add(elements, one, places)
    if sealed is not None:
        write_table(etree.SubElement(root, MARK), sealed)
    etree.indent(root, _INDENT)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _systems_in_order(objects: Iterable[FileObject], places: Places) -> list[Location]:
    """List the virtual systems that have objects or are one, by number."""
    keys = {one.name if places.by_kind[one.kind].fields else one.location.key for one in objects}
    systems = (Location(key) for key in keys if is_vsys_key(key))
    return sorted(systems, key=lambda one: int(one.key.removeprefix("vsys")))


def _add(elements: dict[Path, etree._Element], one: FileObject, places: Places) -> None:
    entry = etree.fromstring(one.xml)
    container = places.container(one.kind, one.location)
    if not places.by_kind[one.kind].fields:
        _identify(entry, one)
        _element(elements, container).append(entry)
        return
    # Its entry holds other objects, too: what belongs to itself comes first.
    shared = _element(elements, (*container, f"entry@{one.name}"))
    _identify(shared, one)
    for place, child in enumerate(entry):
        shared.insert(place, child)


def _identify(entry: etree._Element, one: FileObject) -> None:
    if one.uuid is not None:
        entry.set("uuid", str(one.uuid))


def _element(elements: dict[Path, etree._Element], path: Path) -> etree._Element:
    """Return the element of a path; it is made when it is missing, as are those on the way."""
    known = elements.get(path)
    if known is None:
        tag, at, name = path[-1].partition("@")
        parent = _element(elements, path[:-1])
        known = etree.SubElement(parent, tag, {"name": name} if at else {})
        elements[path] = known
    return known
