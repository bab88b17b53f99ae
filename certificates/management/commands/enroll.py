"""``manage.py enroll``: what the Generate dialog does, for scripts."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates import queries
from certificates.management import arguments
from certificates.queries import choices
from certificates.services import enrollment
from certificates.services.enrollment import Wanted
from device import queries as device
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused
from jobs import queries as jobs
from jobs import runner
from profiles.subject import TokenValues

PENDING: Final = 3


class Command(BaseCommand):
    """Requests a certificate and waits for the job.

    A web process that serves the same data folder may run the job; if none does, this one does.
    """

    help = (
        "Get a certificate with a committed SCEP profile. Exit codes: 0 issued, 2 usage, "
        "3 pending, 4 refused by the server, 5 not trusted, 6 no usable answer."
    )

    pause: Callable[[float], None] = staticmethod(time.sleep)
    """Waits between two looks at a job that another process runs."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("profile", help="name of a committed SCEP profile")
        parser.add_argument("name", help="name of the certificate, without spaces")
        parser.add_argument("--location", help="shared or vsysN; where the profile is by default")
        parser.add_argument("--username", default="", help="stands for $USERNAME")
        parser.add_argument("--emailaddress", default="", help="stands for $EMAILADDRESS")
        serial = "the device's serial number by default"
        parser.add_argument("--hostid", default=None, help=f"stands for $HOSTID; {serial}")
        parser.add_argument("--udid", default=None, help=f"stands for $UDID; {serial}")
        parser.add_argument("--by", default=SYSTEM.name, help=arguments.BY)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Request, wait, print what came of it, and exit as ``python -m scep enroll`` would."""
        try:
            wanted = _wanted(options)
            by = actor_named(options["by"])
            job_id = enrollment.request(wanted=wanted, by=by, at=_now())
        except Refused as refusal:
            raise arguments.refused(refusal) from refusal
        self.stdout.write(f"Job {job_id}")
        runner.run_to_end(job_id, pause=self.pause)
        job = jobs.job(job_id)
        for line in job.lines:
            self.stdout.write(f"{line.level}: {line.text} {line.hint}".rstrip())
        exit_code = queries.exit_code_of_job(job_id)
        if exit_code not in {0, PENDING}:
            raise CommandError(f"{job.result_text} {job.result_hint}".strip(), returncode=exit_code)
        self.stdout.write(job.result_text)
        if exit_code:
            raise SystemExit(exit_code)


def _wanted(options: dict[str, Any]) -> Wanted:
    location = arguments.location_of(options["location"])
    serial = device.facts().serial
    return Wanted(
        name=options["name"],
        profile_uuid=choices.profile_named(options["profile"], location),
        values=TokenValues(
            username=options["username"],
            emailaddress=options["emailaddress"],
            hostid=serial if options["hostid"] is None else options["hostid"],
            udid=serial if options["udid"] is None else options["udid"],
        ),
        location=location,
    )


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
