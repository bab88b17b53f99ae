"""The few writes that edits and commits share: texts, candidate rows, change records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from configuration import document, registry
from configuration.document import ChangedObject, Document, Entry, Operation
from configuration.models import CandidateObject, ChangeRecord, ObjectText
from domain.actors import Actor
from domain.errors import NameTaken, Problem

BATCH: Final = 500
"""How many rows one statement names."""


def store_text(xml: str, name: str) -> str:
    """Keep the canonical text of an object and return its digest."""
    text = document.canonical(xml)
    if document.entry_name(text) != name:
        message = f"the entry's name attribute is not the object's name {name!r}"
        raise ValueError(message)
    digest = document.digest(text)
    ObjectText.objects.get_or_create(digest=digest, defaults={"xml": text})
    return digest


def store_texts(source: Document, entries: Sequence[Entry]) -> None:
    """Keep the texts of a document's entries that are not kept yet.

    Raises:
        MalformedXml: a text is not the XML of one object.
    """
    digests = {entry.digest for entry in entries}
    kept = ObjectText.objects.filter(pk__in=digests).values_list("pk", flat=True)
    missing = digests.difference(kept)
    for entry in entries:
        if entry.digest in missing:
            stored = store_text(source.text(entry.digest), entry.name)
            if stored != entry.digest:
                message = f"the text of {entry.name!r} has another digest than its entry says"
                raise ValueError(message)


def write(entry: Entry, *, is_new: bool) -> None:
    """Write a candidate row.

    Raises:
        NameTaken: another object of the kind has the name in this location.
    """
    row = _row(entry)
    try:
        with transaction.atomic():  # a savepoint: the refusal leaves the caller's work intact
            row.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError as error:
        raise _name_taken(entry) from error


def replace_all(changes: Sequence[ChangedObject]) -> None:
    """Carry out changes of many objects at once; names may change hands.

    Raises:
        NameTaken: an object that is not among the changes has a name that is wanted.
    """
    gone = [one.uuid for one in changes if one.after is None]
    there = [one.after for one in changes if one.before and one.after]
    fresh = [one.after for one in changes if not one.before and one.after]
    for start in range(0, len(gone), BATCH):
        CandidateObject.objects.filter(uuid__in=gone[start : start + BATCH]).delete()
    # Names may change hands in a circle: who gets another one gives the old one up first.
    parked = [
        replace(one.after, name=f"{one.uuid}")
        for one in changes
        if one.after and one.operation in {Operation.RENAMED, Operation.MOVED}
    ]
    try:
        with transaction.atomic():  # a savepoint: the refusal leaves the caller's work intact
            for entries in (parked, there):
                CandidateObject.objects.bulk_update(
                    map(_row, entries), ("location", "name", "text", "version"), BATCH
                )
            CandidateObject.objects.bulk_create(map(_row, fresh), BATCH)
    except IntegrityError as error:
        message = "Another admin gave one of the names to another object in the same moment."
        raise NameTaken(message, hint="Nothing was changed. Try again.") from error


def remove(uuid: UUID) -> None:
    """Delete a candidate row and, by cascade, the row of the app that owns the kind."""
    CandidateObject.objects.filter(uuid=uuid).delete()


def record_change(entry: Entry, operation: Operation, *, by: Actor, at: datetime) -> None:
    """Append who did what to an object."""
    _change_record(entry, operation, by, at).save(force_insert=True)


def record_changes(changes: Sequence[ChangedObject], *, by: Actor, at: datetime) -> None:
    """Append who did what to many objects at once."""
    records = [_change_record(one.entry, one.operation, by, at) for one in changes]
    ChangeRecord.objects.bulk_create(records, BATCH)


def _change_record(entry: Entry, operation: Operation, by: Actor, at: datetime) -> ChangeRecord:
    return ChangeRecord(
        object_uuid=entry.uuid,
        version=entry.version,
        kind=entry.kind,
        location=entry.location.key,
        name=entry.name,
        operation=operation.value,
        digest="" if operation is Operation.DELETED else entry.digest,
        by=by.name,
        at=at,
    )


def _row(entry: Entry) -> CandidateObject:
    return CandidateObject(
        uuid=entry.uuid,
        kind=entry.kind,
        location=entry.location.key,
        name=entry.name,
        text_id=entry.digest,
        version=entry.version,
    )


def _name_taken(entry: Entry) -> NameTaken:
    label = registry.section(entry.kind).label
    message = f"{label} {entry.name} already exists in {entry.location}."
    hint = "Choose another name, or edit the one that has it."
    return NameTaken(message, hint=hint, problems=[Problem("name", message)])
