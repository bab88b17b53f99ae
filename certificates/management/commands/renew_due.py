"""``manage.py renew_due``: what the worker does every minute, for schedulers and scripts."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates import queries
from certificates.queries import automatic
from certificates.services.automatic import ask
from device.access import actor_named
from domain.actors import SYSTEM
from jobs import queries as jobs
from jobs import runner

USAGE: Final = 2
PENDING: Final = 3
WORST_FIRST: Final = (1, 5, 6, 4, PENDING)
"""Of several exit codes the first of these is the command's."""


class Command(BaseCommand):
    """Renews every certificate whose time has come, and waits for the jobs.

    A web process that serves the same data folder may run them; if none does, this one does.
    """

    help = (
        "Renew the certificates that are due by the rule of their SCEP profile. Exit codes: "
        "0 all renewed, or none due; 2 not asked for; 3 pending; 4 refused; 5 not trusted; 6 no "
        "usable answer; the first of 5, 6, 4, 3, 2 for several."
    )

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """Waits between two looks at a job that another process runs."""

    clock: Callable[[], datetime] = staticmethod(timezone.now)  # noqa: TID251 - commands read it
    """Tells what is due now."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="only tell which are due")
        parser.add_argument(
            "--by",
            default=SYSTEM.name,
            help="an admin, whose role then holds, or any name for the logs",
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Ask for what is due, wait, and print what came of each."""
        if options["dry_run"]:
            self._tell()
            return
        asked = list(ask(by=actor_named(options["by"]), at=self.clock(), limit=None))
        codes = {USAGE for one in asked if one.job_id is None}
        for one in asked:
            if one.reason:
                self.stdout.write(f"{one.name}: {one.reason}")
        codes |= {self._wait(one.job_id) for one in asked if one.job_id is not None}
        if not asked:
            self.stdout.write("No certificate is due.")
        if code := next((code for code in (*WORST_FIRST, USAGE) if code in codes), 0):
            raise SystemExit(code)

    def _tell(self) -> None:
        due = automatic.due(self.clock())
        for plan in due:
            self.stdout.write(f"{plan.name}: ends {plan.not_after:%Y-%m-%d %H:%M:%S} UTC")
        if not due:
            self.stdout.write("No certificate is due.")

    def _wait(self, job_id: int) -> int:
        runner.run_to_end(job_id, pause=self.pause)
        job = jobs.job(job_id)
        text = f"Job {job_id}, {job.description}: {job.result_text} {job.result_hint}"
        self.stdout.write(text.rstrip())
        return queries.exit_code_of_job(job_id)
