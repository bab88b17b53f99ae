"""``manage.py commit_confirm``: keeps a commit that must be confirmed, or rolls it back."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import services
from device.access import actor_named
from domain.errors import Refused
from jobs import queries as jobs
from jobs import runner

COMMAND_LINE = "command line"
"""Who does it unless said otherwise; not the device itself, which acts at the deadline."""


class Command(BaseCommand):
    """Confirms the last commit, or restores the revision before it and waits for that job."""

    help = "Confirm the last commit made with --confirm-within, or roll it back at once."

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """Waits between two looks at a job that another process runs."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--roll-back", action="store_true", help="restore what ran before")
        parser.add_argument(
            "--by",
            default=COMMAND_LINE,
            help="an admin, whose role then holds, or any name for the logs",
        )

    def handle(self, *_: object, roll_back: bool, by: str, **__: object) -> None:
        """Do as told, and say what runs now."""
        actor = actor_named(by)
        try:
            if not roll_back:
                number = services.confirmation.confirm(by=actor, at=_now())
                self.stdout.write(f"Revision {number} confirmed.")
                return
            job_id = services.confirmation.roll_back_now(by=actor, at=_now())
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".rstrip()) from refusal
        runner.run_to_end(job_id, pause=self.pause)
        job = jobs.job(job_id)
        if job.is_failed:
            raise CommandError(f"{job.result_text} {job.result_hint}".rstrip())
        self.stdout.write(job.result_text)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
