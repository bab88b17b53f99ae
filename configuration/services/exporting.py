"""A configuration as a file; every export is logged."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from audit import services as audit
from configuration import queries, registry
from configuration.document import Document
from configuration.file_format import Places, fill_secrets, secret_fields, write
from configuration.sections import Section
from configuration.sources import Source
from configuration.transfer import FileObject
from device import portable, secrets
from device import queries as device
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.locations import DEVICE


def export(*, source: Source, by: Actor, at: datetime) -> bytes:
    """Write a configuration as an XML file, with certificates and sealed secrets.

    A device with the same master key can import all of it. Without that key, nobody has a secret
    of the file.

    Args:
        source: which configuration.
        by: who exports.
        at: when.

    Raises:
        Forbidden: the admin may not export the whole configuration.
        MasterKeyMissing: the configuration has secrets, and the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
        NotFound: there is no such revision or snapshot.
    """
    require(by, Action.EXPORT, DEVICE)
    document = queries.configuration(source)
    objects = [one for section in registry.sections() for one in _objects(section, document)]
    places = registry.places()
    uuids = {uuid for one in objects for uuid in _secrets(one, places)}
    shown = {str(uuid): text for uuid, text in secrets.placeholders(uuids).items()}
    file = write(
        [_with_placeholders(one, places, shown) for one in objects],
        places,
        version=device.facts().sw_version,
        sealed=portable.sealed_copies(uuids),
    )
    audit.record(
        kind="export",
        actor=by,
        text=f"Configuration exported: {source}; objects: {len(objects)}, secrets: {len(shown)}.",
        at=at,
        object_name=str(source),
    )
    return file


def _objects(section: Section, document: Document) -> Iterator[FileObject]:
    more = section.to_file(document.of_kind(section.kind))
    for entry, xml in document.texts(section.kind):
        text = more.get(entry.uuid, xml)
        yield FileObject(section.kind, entry.location, entry.name, text, entry.uuid)


def _secrets(one: FileObject, places: Places) -> Iterator[UUID]:
    for _path, _purpose, text in secret_fields(one.xml, places.by_kind[one.kind]):
        yield UUID(text)


def _with_placeholders(one: FileObject, places: Places, shown: dict[str, str]) -> FileObject:
    xml = fill_secrets(one.xml, places.by_kind[one.kind], shown)
    return FileObject(one.kind, one.location, one.name, xml, one.uuid)
