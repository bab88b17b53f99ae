"""``manage.py commit``: what the Commit button does, for scripts."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from configuration import queries, services
from configuration.management import options as common
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused
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
        common.add_by(parser, SYSTEM.name)
        common.add_scope(parser)
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
            raise common.failure(refusal) from refusal
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
    scope, at = common.scope(options), common.now()
    by = actor_named(options["by"])
    if options["validate"]:
        return services.validate(by=by, scope=scope, at=at)
    return services.commit(
        by=by,
        description=options["description"],
        scope=scope,
        confirm_within_min=options["confirm_within"],
        at=at,
    )
