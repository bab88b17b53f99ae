"""Saving the candidate: as the last saved configuration, or under a name."""

from datetime import datetime
from typing import Final

from django.db import transaction

from audit import services as audit
from configuration import queries
from configuration.changes import changes_to_json
from configuration.models import CandidateObject, Snapshot
from configuration.sources import SAVED_NAME, NameNotUsable, check_name
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Problem
from domain.locations import DEVICE

SNAPSHOTS_MAX: Final = 100
"""How many named snapshots are kept."""


@transaction.atomic
def save(*, by: Actor, at: datetime) -> None:
    """Save the candidate as the last saved configuration, in the place of the one before.

    Raises:
        Forbidden: the admin may not save the whole configuration.
    """
    require(by, Action.SAVE, DEVICE)
    _write(SAVED_NAME, by, at)
    _log("Candidate configuration saved.", "", by, at)


@transaction.atomic
def save_as(*, name: str, overwrite: bool, by: Actor, at: datetime) -> None:
    """Save the candidate under a name.

    Args:
        name: 1 to 63 letters, digits, dots, hyphens and underscores.
        overwrite: whether a snapshot of that name may go.
        by: who saves.
        at: when.

    Raises:
        Forbidden: the admin may not save the whole configuration.
        NameNotUsable: the name will not do or is taken, or there are 100 snapshots.
    """
    require(by, Action.SAVE, DEVICE)
    check_name(name)
    is_there = queries.has_snapshot(name)
    if is_there and not overwrite:
        message = f"There is a snapshot {name}. Choose another name, or tick Overwrite."
        raise NameNotUsable("Nothing was saved.", problems=[Problem("name", message)])
    if not is_there and queries.snapshot_count() >= SNAPSHOTS_MAX:
        message = f"There are {SNAPSHOTS_MAX} snapshots. Delete one, or overwrite one."
        raise NameNotUsable("Nothing was saved.", problems=[Problem("name", message)])
    _write(name, by, at)
    did = "overwritten with the candidate" if is_there else "saved from the candidate"
    _log(f"Snapshot {name} {did}.", name, by, at)


@transaction.atomic
def delete(*, name: str, by: Actor, at: datetime) -> None:
    """Delete a named snapshot.

    Raises:
        Forbidden: the admin may not save the whole configuration.
        NotFound: there is none of this name.
    """
    require(by, Action.SAVE, DEVICE)
    gone, _ = Snapshot.objects.filter(name=name).exclude(name=SAVED_NAME).delete()
    if not gone:
        raise NotFound(f"There is no snapshot {name}.", hint="Reload the list.")
    _log(f"Snapshot {name} deleted.", name, by, at)


def _write(name: str, by: Actor, at: datetime) -> None:
    running = queries.running_revision()
    values = {
        "by": by.name,
        "at": at,
        "base": running.number if running else 0,
        "entries": changes_to_json(queries.changed_objects()),
        "objects_count": CandidateObject.objects.count(),
    }
    Snapshot.objects.update_or_create(name=name, defaults=values)


def _log(text: str, name: str, by: Actor, at: datetime) -> None:
    audit.record(kind="config", actor=by, text=text, at=at, object_name=name)
