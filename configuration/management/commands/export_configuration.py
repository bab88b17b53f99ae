"""``manage.py export_configuration FILE``: a whole configuration as an XML file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import services
from configuration.sources import CANDIDATE, RUNNING, SAVED, Source, SourceKind
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Exports the running configuration, or another one."""

    help = (
        "Write the running configuration, or another one, with certificates and sealed secrets. "
        "A device with the same master key can import it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the options."""
        parser.add_argument("file", type=Path, help="to be written; it must not exist")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--candidate", action="store_true", help="the candidate")
        which.add_argument(
            "--saved", action="store_true", help="the candidate as it was last saved"
        )
        which.add_argument("--revision", type=int, metavar="N", help="an earlier configuration")
        which.add_argument("--snapshot", metavar="NAME", help="a named snapshot")
        parser.add_argument(
            "--by",
            default=SYSTEM.name,
            help="an admin, whose role then holds, or any name for the logs",
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        """Write the file, readable by its owner only."""
        source, now = _source(options), timezone.now()  # noqa: TID251 - commands read the clock
        try:
            data = services.export(source=source, by=actor_named(options["by"]), at=now)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".rstrip()) from refusal
        try:
            handle = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
        except FileExistsError as error:
            message = f"{options['file']} is there already. Name another file."
            raise CommandError(message) from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Exported {source} to {options['file']}.")


def _source(options: dict[str, Any]) -> Source:
    if options["revision"] is not None:
        return Source(SourceKind.REVISION, number=options["revision"])
    if options["snapshot"] is not None:
        return Source(SourceKind.SNAPSHOT, name=options["snapshot"])
    if options["saved"]:
        return SAVED
    return CANDIDATE if options["candidate"] else RUNNING
