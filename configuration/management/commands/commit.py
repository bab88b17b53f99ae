"""``manage.py commit``: what the Commit button does, for scripts."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import queries, services
from configuration.scope import CommitScope
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused
from domain.locations import Location
from jobs import queries as jobs
from jobs import runner


class Command(BaseCommand):
    """Commits pending changes, all or some, and waits for the job.

    A web process that serves the same data folder may run the job; if none does, this one runs it,
    and the commits queued before it.
    """

    help = (
        "Commit the changes of the candidate configuration; exit 0 when they are running. "
        "With --admin or --location only some of them: each may be given several times."
    )

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """Waits between two looks at a job that another process runs."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--description", default="", help="what this commit is for")
        parser.add_argument(
            "--by",
            default=SYSTEM.name,
            help="an admin, whose role then holds, or any name for the logs",
        )
        parser.add_argument(
            "--admin", action="append", metavar="NAME", help="only what this admin changed"
        )
        parser.add_argument(
            "--location",
            action="append",
            type=_location,
            metavar="L",
            help="only what was changed in shared, device or this virtual system, such as vsys2",
        )
        parser.add_argument(
            "--confirm-within",
            type=int,
            metavar="MIN",
            help="roll back after so many minutes (1 to 60) unless commit_confirm is run",
        )
        parser.add_argument(
            "--validate", action="store_true", help="only tell whether it could be committed"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        """Commit or validate, print the job's lines, and fail when the job does."""
        try:
            job_id = _ask(options)
        except Refused as refusal:
            raise CommandError("\n".join(_reasons(refusal))) from refusal
        word = "Validate" if options["validate"] else "Commit"
        self.stdout.write(f"{word} job {job_id}")
        runner.run_to_end(job_id, pause=self.pause)
        job = jobs.job(job_id)
        for line in job.lines:
            self.stdout.write(f"{line.level}: {line.text} {line.hint}".rstrip())
        if job.is_failed:
            raise CommandError(f"{job.result_text} {job.result_hint}".rstrip())
        waiting = queries.open_confirmation()
        if waiting is not None:
            self.stdout.write(f"Rolled back at {waiting.until} unless commit_confirm is run")


def _ask(options: Mapping[str, Any]) -> int:
    admins, locations = options["admin"], options["location"]
    scope = CommitScope(
        frozenset(admins) if admins else None, frozenset(locations) if locations else None
    )
    by = actor_named(options["by"])
    if options["validate"]:
        return services.validate(by=by, scope=scope, at=_now())
    return services.commit(
        by=by,
        description=options["description"],
        scope=scope,
        confirm_within_min=options["confirm_within"],
        at=_now(),
    )


def _reasons(refusal: Refused) -> list[str]:
    listed = [one.message for one in refusal.problems if one.message != refusal.message]
    return [f"{refusal.message} {refusal.hint}".rstrip(), *listed]


def _location(key: str) -> Location:
    """Read a location; argparse words the ValueError of what is none."""
    return Location(key.lower())


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
