"""Publishing: one transaction, and another revision is running."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from configuration import document, queries, registry
from configuration.document import ChangedObject, Entry
from configuration.models import (
    CandidateLoad,
    CandidateObject,
    ChangeRecord,
    FrozenDocument,
    Revision,
    RevisionEntry,
)
from configuration.queries.comparison import changed_candidates, removed_entries
from configuration.sections import Addition
from configuration.services import confirmation, locks, rows
from configuration.services.commits import Frozen
from domain.actors import Actor
from domain.errors import NameTaken, Refused

_Key = TypeVar("_Key", UUID, int)


class OvertakenByEdit(Refused):
    """What the commit wants to publish no longer fits; nothing was published."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a commit makes running.

    Attributes:
        frozen: the configuration fixed at the start of the job.
        additions: objects its steps add; they join the candidate too.
        callbacks: called inside the transaction, after all objects are written.
        by: the admin who committed.
        description: what the admin wrote.
        warnings: how many warnings the job gave.
        confirm_within_min: minutes after which it is taken back unless confirmed; 0 for never.
    """

    frozen: Frozen
    additions: tuple[Addition, ...]
    callbacks: tuple[Callable[[], None], ...]
    by: Actor
    description: str
    warnings: int
    confirm_within_min: int = 0


@transaction.atomic
def publish(*, publication: Publication, at: datetime) -> int:
    """Make a configuration running; return the number of its revision.

    A job publishes once: asked again, this returns the revision it made the first time.

    Raises:
        OvertakenByEdit: another revision was published since the freeze, or an admin gave the
            name of an addition to another object.
    """
    frozen = publication.frozen
    done = queries.revision_of_job(frozen.job_id)
    if done is not None:
        return done.number
    number = _new_revision(publication, at)
    changes = {change.uuid: change for change in frozen.changed}
    for addition in publication.additions:
        changes[addition.uuid] = _add(addition, changes.get(addition.uuid), publication, at)
    make_running(changes.values(), number, by=publication.by, at=at)
    for callback in publication.callbacks:
        callback()
    settle_changes(frozen.changed, number)
    loads = CandidateLoad.objects.filter(revision=None, pk__lte=frozen.last_load)
    loads.update(revision=number)
    if publication.confirm_within_min:
        confirmation.begin(
            number=number, within_min=publication.confirm_within_min, by=publication.by, at=at
        )
    else:
        locks.release_after_commit(owner=publication.by.name, by=publication.by, at=at)
    FrozenDocument.objects.filter(job_id=frozen.job_id).delete()
    audit.record(
        kind="commit",
        actor=publication.by,
        text=f"Configuration committed as revision {number}; changed objects: {len(changes)}.",
        at=at,
        object_name=f"revision {number}",
        detail={"job": str(frozen.job_id), "description": publication.description},
    )
    return number


def _new_revision(publication: Publication, at: datetime) -> int:
    frozen = publication.frozen
    running = Revision.objects.select_for_update().filter(running=True).first()
    if (running.number if running else 0) != frozen.base:
        raise OvertakenByEdit(
            "Another commit was published while this one ran. Nothing was committed.",
            hint="Commit again.",
        )
    Revision.objects.filter(number=frozen.base).update(running=False)
    revision = Revision.objects.create(
        number=frozen.base + 1,
        created_at=at,
        by=publication.by.name,
        description=publication.description,
        job_id=frozen.job_id,
        warnings=publication.warnings,
        running=True,
    )
    return revision.number


def _add(
    addition: Addition, change: ChangedObject | None, publication: Publication, at: datetime
) -> ChangedObject:
    """Let an addition join the candidate and return what it changes in the running revision."""
    frozen = publication.frozen.document.entry(addition.uuid)
    entry = Entry(
        uuid=addition.uuid,
        kind=addition.kind,
        location=addition.location,
        name=addition.name,
        digest=rows.store_text(addition.xml, addition.name),
    )
    row = CandidateObject.objects.select_for_update().filter(uuid=entry.uuid).first()
    candidate = queries.entry_of_candidate(row) if row else None
    # What was edited or deleted since the freeze stays as it is, and pending.
    if candidate == frozen != entry:
        entry = _join_candidate(entry, addition.xml, frozen, publication.by, at)
    return ChangedObject(change.before if change else frozen, entry)


def _join_candidate(entry: Entry, xml: str, old: Entry | None, by: Actor, at: datetime) -> Entry:
    last = queries.last_change(entry.uuid)
    entry = replace(entry, version=last.version + 1 if last else 1)
    section = registry.section(entry.kind)
    try:
        rows.write(entry, is_new=old is None)
    except NameTaken as error:
        message = f"The name {entry.name} was taken in {entry.location} while the commit ran."
        raise OvertakenByEdit(f"{message} Nothing was committed.", hint="Commit again.") from error
    rows.record_change(entry, document.operation(old, entry), by=by, at=at)
    section.restore(uuid=entry.uuid, location=entry.location, name=entry.name, xml=xml)
    return entry


def make_running(changes: Iterable[ChangedObject], number: int, *, by: Actor, at: datetime) -> None:
    """Carry changes out in the running configuration, and let what follows it do so."""
    real = [change for change in changes if change.before != change.after]
    _write_intervals(real, number)
    for follow in registry.followers():
        follow(real, by=by, at=at)


def _write_intervals(real: Sequence[ChangedObject], number: int) -> None:
    """Close what the revision ends, then open what it begins: names may change hands."""
    ended = [change.uuid for change in real if change.before is not None]
    for batch in _batches(ended):
        RevisionEntry.objects.filter(until=None, object_uuid__in=batch).update(until=number)
    begun = [change.after for change in real if change.after is not None]
    RevisionEntry.objects.bulk_create([interval(entry, number) for entry in begun], rows.BATCH)


def interval(entry: Entry, number: int) -> RevisionEntry:
    """Return the row of an object as it stands from a revision on."""
    return RevisionEntry(
        object_uuid=entry.uuid,
        kind=entry.kind,
        location=entry.location.key,
        name=entry.name,
        text_id=entry.digest,
        since_id=number,
    )


def _batches(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    return (keys[start : start + rows.BATCH] for start in range(0, len(keys), rows.BATCH))


def settle_changes(changed: Iterable[ChangedObject], number: int) -> None:
    """Mark the change records that are published now, and those of objects that equal again."""
    unsettled = ChangeRecord.objects.filter(revision=None)
    versions = {change.uuid: change.version for change in changed}
    published = [
        pk
        for pk, uuid, version in unsettled.values_list("pk", "object_uuid", "version")
        if version <= versions.get(uuid, 0)
    ]
    for batch in _batches(published):
        unsettled.filter(pk__in=batch).update(revision=number)
    still_pending = Q(object_uuid__in=changed_candidates().values("uuid")) | Q(
        object_uuid__in=removed_entries().values("object_uuid")
    )
    unsettled.exclude(still_pending).update(revision=number)
