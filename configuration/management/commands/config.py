"""``manage.py config``: what Config Audit and Operations do, for scripts."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.core.management.base import BaseCommand

from configuration import queries, services
from configuration.loads import LoadPlan
from configuration.management import options as common
from configuration.queries.history import history
from configuration.services import snapshots
from configuration.sources import SAVED, Source, SourceKind
from device.access import actor_named
from domain.actors import SYSTEM, Actor
from domain.errors import Refused

SAVED_WORD: Final = "saved"


class Command(BaseCommand):
    """Lists and saves configurations, loads them into the candidate, reverts it."""

    help = "List, save, load and revert whole configurations; commit puts them in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the last 50 revisions, and what was saved")
        save = verbs.add_parser("save", help="save the candidate, under a name or without one")
        save.add_argument("name", nargs="?", default="")
        save.add_argument("--overwrite", action="store_true", help="let a saved one go")
        load = verbs.add_parser("load", help="make the candidate equal to a configuration")
        load.add_argument("what", help=f"number of a revision, name of a snapshot, or {SAVED_WORD}")
        revert = verbs.add_parser("revert", help="take uncommitted changes back, all or some")
        common.add_scope(revert)
        for verb in (save, load, revert):
            common.add_by(verb, SYSTEM.name)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        """Do as told, and say what became of the candidate."""
        try:
            for line in _done(options):
                self.stdout.write(line)
        except Refused as refusal:
            raise common.failure(refusal) from refusal


def _done(options: Mapping[str, Any]) -> Iterator[str]:
    verb = options["verb"]
    if verb == "list":
        yield from _listed()
        return
    by, at = actor_named(options["by"]), common.now()
    if verb == "save":
        yield _saved(options, by, at)
    elif verb == "load":
        source = _source(options["what"])
        plan = services.load_source(source=source, by=by, at=at)
        yield from _told(f"The candidate was made equal to {source}", plan)
    else:
        scope = common.scope(options)
        plan = services.revert_changes(scope=scope, by=by, at=at)
        yield from _told(f"Reverted {scope}", plan)


def _listed() -> Iterator[str]:
    for row in history(1).rows:
        counts = f"{row.added} added, {row.changed} changed, {row.removed} removed"
        running = " (running)" if row.is_running else ""
        words = f"revision {row.number}{running}: {_stamp(row.at)} by {row.by}, {counts}"
        yield f"{words}: {row.description}" if row.description else words
    if (saved := queries.last_saved()) is not None:
        yield f"{SAVED_WORD}: {_stamp(saved.at)} by {saved.by}, {saved.objects} objects"
    for one in queries.snapshots():
        yield f"snapshot {one.name}: {_stamp(one.at)} by {one.by}, {one.objects} objects"


def _saved(options: Mapping[str, Any], by: Actor, at: datetime) -> str:
    name = options["name"]
    if not name:
        snapshots.save(by=by, at=at)
        return "Candidate saved"
    snapshots.save_as(name=name, overwrite=options["overwrite"], by=by, at=at)
    return f"Candidate saved as {name}"


def _source(what: str) -> Source:
    if what == SAVED_WORD:
        return SAVED
    if what.isdecimal():
        return Source.parse(f"revision-{what}")
    return Source(SourceKind.SNAPSHOT, name=what)


def _told(words: str, plan: LoadPlan) -> Iterator[str]:
    yield f"{words}: {plan.words}"
    for one in plan.left_out:
        yield f"Left out: {queries.problem_words(one)}"
    pending = queries.pending_count()
    if pending:
        yield f"Objects that differ from the running configuration: {pending}. Commit them"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
