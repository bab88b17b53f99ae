"""``manage.py commit``: what the Commit button does, for scripts."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import queries, services
from domain.actors import SYSTEM, Actor
from domain.errors import Refused
from jobs import queries as jobs
from jobs import runner


class Command(BaseCommand):
    """Commits all pending changes and waits for the job.

    A web process that serves the same data folder may run the job; if none does, this one runs it,
    and the commits queued before it.
    """

    help = "Commit all changes of the candidate configuration; exit 0 when they are running."

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """Waits between two looks at a job that another process runs."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--description", default="", help="what this commit is for")
        parser.add_argument(
            "--admin", default=SYSTEM.name, help="who commits, as revisions and logs show it"
        )

        parser.add_argument(
            "--confirm-within",
            type=int,
            metavar="MIN",
            help="roll back after so many minutes (1 to 60) unless commit_confirm is run",
        )

    def handle(
        self,
        *_: object,
        description: str,
        admin: str,
        confirm_within: int | None,
        **__: object,
    ) -> None:
        """Commit, print the job's lines, and fail when the job does."""
        try:
            job_id = services.commit(
                by=Actor(name=admin),
                description=description,
                confirm_within_min=confirm_within,
                at=_now(),
            )
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".rstrip()) from refusal
        self.stdout.write(f"Commit job {job_id}")
        runner.run_to_end(job_id, pause=self.pause)
        job = jobs.job(job_id)
        for line in job.lines:
            self.stdout.write(f"{line.level}: {line.text} {line.hint}".rstrip())
        if job.is_failed:
            raise CommandError(f"{job.result_text} {job.result_hint}".rstrip())
        waiting = queries.open_confirmation()
        if waiting is not None:
            self.stdout.write(f"Rolled back at {waiting.until} unless commit_confirm is run")


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
