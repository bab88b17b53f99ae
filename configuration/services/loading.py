"""Making the candidate equal to a whole configuration: an earlier revision, a snapshot, an import.

Objects keep their identity, so what both configurations have stays what it is. Material of
certificates is no part of a configuration: an entry that stays keeps its present one, and an entry
that was deleted for good does not come back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit import services as audit
from configuration import queries, registry
from configuration.document import ChangedObject, Document, in_order
from configuration.loads import LoadPlan
from configuration.locking import LockKind
from configuration.models import CandidateLoad, CandidateObject
from configuration.services import locks, noting, rows
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused

AT_ONCE = 500
"""How many objects' texts are in memory at a time."""


class NotLoaded(Refused):
    """The configuration cannot be a candidate, or the candidate changed meanwhile."""


@transaction.atomic
def load(
    target: Document, *, what: str, by: Actor, at: datetime, action: Action = Action.LOAD
) -> LoadPlan:
    """Make the candidate equal to a configuration, but for objects that are gone for good.

    References that dangle and rules that are broken are left to the validation of the commit.
    Afterwards only a full commit is possible, unless nothing was changed or nothing is pending.
    Each object that differs has its change record, in the name of who loads, and its entry in the
    configuration log.

    Args:
        target: the configuration; texts that are not stored yet are.
        what: its name, to stand inside a sentence: ``"revision 3"``; at most 300 characters.
        by: who loads.
        at: when.
        action: what the role must allow, beside writing each kind of object that differs.

    Raises:
        Forbidden: the admin may not load, or not write what differs.
        LockHeld: another admin holds a config lock where something differs.
        NotLoaded: two objects of the configuration have one name, or the candidate was edited
            in the same moment.
        Refused: a text is not what its section can read.
    """
    loaded = take_over(target, because=f"{what} was loaded", by=by, at=at, action=action)
    if loaded.changes and queries.pending_count():
        CandidateLoad.objects.create(what=what, by=by.name, at=at)
    return loaded


@transaction.atomic
def take_over(
    target: Document, *, because: str, by: Actor, at: datetime, action: Action
) -> LoadPlan:
    """Do what :func:`load` does, but ask for no full commit.

    Args:
        target: the configuration.
        because: what brings the edits along, a clause for the log.
        by: who.
        at: when.
        action: what the role must allow.
    """
    require(by, action)
    _require_names_once(target)
    plan = queries.plan_against(_locked_candidate(), target)
    _require_may_change(plan, by, action)
    plan = replace(plan, changes=tuple(_numbered(plan.changes)))
    _write(plan.changes, target, at)
    rows.record_changes(plan.changes, by=by, at=at)
    locks.note_edits(by=by, locations={location for _, location in plan.places}, at=at)
    _log(plan, because=because, by=by, at=at)
    if not queries.pending_count():
        # The candidate is what runs: no load waits for its commit any more.
        CandidateLoad.objects.filter(revision=None).delete()
    return plan


def _require_names_once(target: Document) -> None:
    counted = Counter((one.kind, one.location, one.name) for one in target.entries)
    problems = [
        Problem("", f"{registry.section(kind).label} {name} in {location} is there {times} times.")
        for (kind, location, name), times in counted.items()
        if times > 1
    ]
    if problems:
        message = "Two objects would have one name. Nothing was changed."
        raise NotLoaded(message, problems=problems)


def _locked_candidate() -> Document:
    """Return the candidate with versions; nobody edits its objects until the transaction ends."""
    listed = CandidateObject.objects.select_for_update()
    entries = in_order(queries.entry_of_candidate(row) for row in listed)
    return Document(entries, queries.texts)


def _require_may_change(plan: LoadPlan, by: Actor, action: Action) -> None:
    for kind, location in plan.places:
        require(by, action, location)
        require(by, registry.section(kind).page.write, location)
    locks.require_unlocked(by, [location for _, location in plan.places], LockKind.CONFIG)


def _numbered(changes: Sequence[ChangedObject]) -> Iterator[ChangedObject]:
    """Give each object its next version: a deleted one goes on counting when it comes back."""
    last = queries.last_versions([one.uuid for one in changes])
    for one in changes:
        version = last.get(one.uuid, 0) + 1
        after = one.after and replace(one.after, version=version)
        before = one.before if after else one.before and replace(one.before, version=version)
        yield ChangedObject(before, after)


def _write(changes: Sequence[ChangedObject], target: Document, at: datetime) -> None:
    for one in changes:
        if one.after is None:
            registry.section(one.kind).remove(uuid=one.uuid, at=at)
    for batch in _batches(changes):
        rows.store_texts(target, [one.after for one in batch if one.after])
    rows.replace_all(changes)
    for one, texts in _with_texts(changes):
        if (entry := one.after) is not None:
            registry.section(one.kind).restore(
                uuid=entry.uuid,
                location=entry.location,
                name=entry.name,
                xml=texts[entry.digest],
            )


def _log(plan: LoadPlan, *, because: str, by: Actor, at: datetime) -> None:
    for one, texts in _with_texts(plan.changes):
        noting.log_edit(one, by=by, at=at, because=because, texts=texts)
    text = f"{because[:1].upper()}{because[1:]}. In the candidate: {plan.words}."
    lines = (queries.problem_words(one) for one in plan.left_out)
    detail = {f"left out {number}": line for number, line in enumerate(lines, 1)}
    audit.record(kind="config", actor=by, text=text, at=at, detail=detail)


def _with_texts(
    changes: Sequence[ChangedObject],
) -> Iterator[tuple[ChangedObject, Mapping[str, str]]]:
    for batch in _batches(changes):
        wanted = [entry.digest for one in batch for entry in (one.before, one.after) if entry]
        texts = queries.texts(wanted)
        for one in batch:
            yield one, texts


def _batches(changes: Sequence[ChangedObject]) -> Iterator[Sequence[ChangedObject]]:
    return (changes[start : start + AT_ONCE] for start in range(0, len(changes), AT_ONCE))
