"""The few writes that edits and commits share: texts, candidate rows, change records."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from configuration import document, registry
from configuration.document import Entry, Operation
from configuration.models import CandidateObject, ChangeRecord, ObjectText
from domain.actors import Actor
from domain.errors import NameTaken, Problem


def store_text(xml: str, name: str) -> str:
    """Keep the canonical text of an object and return its digest."""
    text = document.canonical(xml)
    if document.entry_name(text) != name:
        message = f"the entry's name attribute is not the object's name {name!r}"
        raise ValueError(message)
    digest = document.digest(text)
    ObjectText.objects.get_or_create(digest=digest, defaults={"xml": text})
    return digest


def write(entry: Entry, *, is_new: bool) -> None:
    """Write a candidate row.

    Raises:
        NameTaken: another object of the kind has the name in this location.
    """
    row = CandidateObject(
        uuid=entry.uuid,
        kind=entry.kind,
        location=entry.location.key,
        name=entry.name,
        text_id=entry.digest,
        version=entry.version,
    )
    try:
        with transaction.atomic():  # a savepoint: the refusal leaves the caller's work intact
            row.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError as error:
        raise _name_taken(entry) from error


def remove(uuid: UUID) -> None:
    """Delete a candidate row and, by cascade, the row of the app that owns the kind."""
    CandidateObject.objects.filter(uuid=uuid).delete()


def record_change(entry: Entry, operation: Operation, *, by: Actor, at: datetime) -> None:
    """Append who did what to an object."""
    ChangeRecord.objects.create(
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


def _name_taken(entry: Entry) -> NameTaken:
    label = registry.section(entry.kind).label
    message = f"{label} {entry.name} already exists in {entry.location}."
    hint = "Choose another name, or edit the one that has it."
    return NameTaken(message, hint=hint, problems=[Problem("name", message)])
