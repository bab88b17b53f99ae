"""A process to be killed: ``python -m tests.jobs.process migrate | enqueue KIND | run``.

``SCEPADMIN_DATA`` names its data folder. ``run`` runs jobs until its standard input ends.
"""

import sys
import threading
from datetime import UTC, datetime

import django
from django.core.management import call_command

from domain.actors import SYSTEM
from jobs.handlers import JobResult, RunningJob


def hold(job: RunningJob) -> JobResult:
    """Hold on for ever at the first attempt; do the work at the second."""
    job.say(f"attempt {job.attempt} holds on")
    if job.attempt == 1:
        threading.Event().wait()
    return JobResult("Done at last.")


def quick(job: RunningJob) -> JobResult:
    """Do nothing, at once."""
    del job
    return JobResult("Done.")


def enqueue(kind: str) -> None:
    """Write a job's row, as a management command would."""
    from jobs import services  # noqa: PLC0415  models need a set-up Django

    number = services.enqueue(kind=kind, arguments={}, by=SYSTEM, at=datetime.now(UTC))
    sys.stdout.write(f"{number}\n")


def run() -> None:
    """Run jobs, or stand by, until standard input ends."""
    from jobs.runner import EmbeddedRunner  # noqa: PLC0415  models need a set-up Django

    runner = EmbeddedRunner()
    runner.start()
    sys.stdout.write("runs jobs\n" if runner.is_running_jobs else "stands by\n")
    sys.stdout.flush()
    sys.stdin.read()
    runner.stop()


def main(command: str, *arguments: str) -> None:
    """Do what the command line says."""
    django.setup()
    if command == "migrate":
        call_command("migrate", verbosity=0)
    elif command == "enqueue":
        enqueue(*arguments)
    else:
        run()


if __name__ == "__main__":
    main(*sys.argv[1:])
