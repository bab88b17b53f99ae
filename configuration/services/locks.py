"""Locks: taken and removed by admins, respected by every service that writes.

A config lock keeps the others from editing a location, a commit lock from committing what is
changed there. A lock on Shared covers the whole configuration.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from audit import services as audit
from configuration import queries
from configuration.locking import HeldLock, LockHeld, LockKind, in_the_way
from configuration.models import LOCK_COMMENT_MAX, ChangeRecord, LifeCycleSettings, Lock
from configuration.queries.locks import lock_value
from device import queries as device
from device.access import may, require
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import Forbidden, NotFound, Problem, Refused
from domain.locations import DEVICE, Location

AUTOMATIC_COMMENT: Final = "Taken at the first edit, until it is committed."


def require_unlocked(by: Actor, locations: Collection[Location], kind: LockKind) -> None:
    """Make sure that nobody else holds a lock of a kind on one of the locations.

    Every service that edits calls it with ``CONFIG``, every one that commits with ``COMMIT``.

    Raises:
        LockHeld: someone does; the refusal names the owner, since when, why, and what to do.
    """
    lock = in_the_way(queries.locks(kind), admin=by.name, locations=locations)
    if lock is not None:
        raise LockHeld(lock)


def may_remove(lock: HeldLock, by: Actor) -> bool:
    """Tell whether someone may remove a lock: its owner, or a superuser."""
    return lock.owner == by.name or may(by, Action.REMOVE_OTHERS_LOCKS, DEVICE)


def may_switch(by: Actor) -> bool:
    """Tell whether someone may switch the automatic commit lock: a superuser may."""
    return may(by, Action.REMOVE_OTHERS_LOCKS, DEVICE)


@transaction.atomic
def take(*, kind: LockKind, location: Location, comment: str = "", by: Actor, at: datetime) -> int:
    """Take a lock; return its id.

    Args:
        kind: what to keep the others from.
        location: a virtual system, or Shared for the whole configuration.
        comment: why; at most 512 characters.
        by: the admin, who may go on.
        at: the time.

    Raises:
        Forbidden: the admin may not take locks there.
        LockHeld: another admin's config lock has something in common with this one.
        Refused: the admin holds this lock already, or the comment or the location will not do.
    """
    require(by, Action.TAKE_LOCKS, location)
    _check(location, comment)
    LifeCycleSettings.objects.select_for_update().get_or_create(id=1)
    if kind is LockKind.CONFIG:
        for lock in queries.locks(kind):
            if lock.owner != by.name and lock.overlaps(location):
                raise LockHeld(lock)
    lock = _insert(Lock(kind=kind, location=location.key, comment=comment), by, at)
    _record(lock, "taken", by=by, at=at)
    return lock.id


@transaction.atomic
def remove(*, lock_id: int, by: Actor, at: datetime) -> None:
    """Remove a lock.

    Raises:
        Forbidden: it is another admin's, and this one is no superuser.
        NotFound: it is gone.
    """
    row = Lock.objects.select_for_update().filter(pk=lock_id).first()
    if row is None:
        raise NotFound("This lock has been removed already.", hint="Reload the list.")
    lock = lock_value(row)
    if not may_remove(lock, by):
        message = f"This lock is {lock.owner}'s; only {lock.owner} or a superuser can remove it."
        raise Forbidden(message, hint=f"Ask {lock.owner}, or a superuser.")
    row.delete()
    _record(lock, "removed", by=by, at=at)


@transaction.atomic
def set_automatic(*, on: bool, by: Actor, at: datetime) -> None:
    """Let an admin's first edit take a commit lock, or not; locks that are held stay.

    Raises:
        Forbidden: the admin may not change the device's settings.
    """
    require(by, Action.WRITE_SETUP, DEVICE)
    row, _ = LifeCycleSettings.objects.select_for_update().get_or_create(id=1)
    if row.automatic_commit_lock == on:
        return
    row.automatic_commit_lock = on
    row.save()
    text = f"Automatic commit lock switched {'on' if on else 'off'}."
    audit.record(kind="lock", actor=by, text=text, at=at)


def note_edit(*, by: Actor, location: Location, at: datetime) -> None:
    """Take the automatic commit lock, where that is wanted and the admin has none yet."""
    if by.name == SYSTEM.name or not queries.automatic_commit_lock():
        return
    held = [lock for lock in queries.locks(LockKind.COMMIT) if lock.owner == by.name]
    if not any(lock.covers(location) for lock in held):
        row = Lock(
            kind=LockKind.COMMIT,
            location=location.key,
            comment=AUTOMATIC_COMMENT,
            automatic=True,
        )
        _record(_insert(row, by, at), "taken automatically", by=by, at=at)


def note_edits(*, by: Actor, locations: Collection[Location], at: datetime) -> None:
    """Take and drop automatic commit locks after many objects were changed at once.

    Where nothing is pending afterwards none is taken, and those of admins whose changes there were
    taken back are dropped: they have nothing to commit that would do it.
    """
    pending = queries.pending_changes()
    changed = {location for one in pending for location in one.locations}
    for location in sorted(changed.intersection(locations)):
        note_edit(by=by, location=location, at=at)
    for lock in queries.locks(LockKind.COMMIT):
        mine = [one for one in pending if lock.owner in one.admins]
        is_idle = not any(lock.covers(place) for one in mine for place in one.locations)
        if lock.automatic and is_idle:
            Lock.objects.filter(pk=lock.id).delete()
            _record(lock, "released: nothing of its owner is pending there", by=by, at=at)


def release_after_commit(*, owner: str, by: Actor, at: datetime) -> None:
    """Drop the commit locks of an admin who has committed and left nothing pending there.

    Part of the publishing transaction, after the change records are settled; of a commit that
    must be confirmed, part of the confirmation.
    """
    pending = ChangeRecord.objects.filter(revision=None, by=owner)
    left = {Location(key) for key in pending.values_list("location", flat=True).distinct()}
    for lock in queries.locks(LockKind.COMMIT):
        if lock.owner == owner and not any(lock.covers(location) for location in left):
            Lock.objects.filter(pk=lock.id).delete()
            _record(lock, "released by the commit of its owner", by=by, at=at)


def _check(location: Location, comment: str) -> None:
    problems = []
    if location not in device.locations():
        problems.append(Problem("location", "Choose a location from the list."))
    if len(comment) > LOCK_COMMENT_MAX:
        message = (
            f"The comment has {len(comment)} characters; at most {LOCK_COMMENT_MAX} are allowed."
        )
        problems.append(Problem("comment", message))
    if problems:
        raise Refused("The lock was not taken.", problems=problems)


def _insert(row: Lock, by: Actor, at: datetime) -> HeldLock:
    row.owner, row.taken_at = by.name, at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _held_already(LockKind(row.kind), Location(row.location), by) from error
    return lock_value(row)


def _held_already(kind: LockKind, location: Location, by: Actor) -> Refused:
    held = [lock for lock in queries.locks(kind) if lock.location == location]
    if (lock := in_the_way(held, admin=by.name, locations=[location])) is not None:
        return LockHeld(lock)
    hint = "Remove it first to change its comment."
    return Refused(f"You hold a {kind} lock there already.", hint=hint)


def _record(lock: HeldLock, what: str, *, by: Actor, at: datetime) -> None:
    whose = "" if lock.owner == by.name else f" It was {lock.owner}'s."
    audit.record(
        kind="lock",
        actor=by,
        text=f"{lock.kind.label} on {lock.scope} {what}.{whose}",
        at=at,
        object_name=str(lock.location),
        detail={"location": lock.location.key, "owner": lock.owner, "comment": lock.comment},
    )
