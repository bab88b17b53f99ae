"""``manage.py import_configuration FILE``: a whole configuration into the candidate."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import services
from configuration.file_format import CHUNK_BYTES
from configuration.imports import ImportReport, Mode, Wish
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Imports a file of this product, or of a firewall of the product emulated."""

    help = (
        "Bring the configuration of a file into the candidate: an export of this product replaces "
        "it, a firewall's running configuration is added to it. Commit afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="only tell what would be, change nothing"
        )
        parser.add_argument(
            "--mode",
            choices=[mode.value for mode in Mode],
            help="replace the candidate, add what is not there, or overwrite what is as well",
        )
        parser.add_argument(
            "--master-key-file",
            type=Path,
            metavar="FILE",
            help="master.key of the device that wrote the file, if it is another one",
        )
        parser.add_argument(
            "--without-secrets", action="store_true", help="leave out secrets that are not here"
        )
        parser.add_argument(
            "--by",
            default=SYSTEM.name,
            help="an admin, whose role then holds, or any name for the logs",
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        """Import the file and print what came of it."""
        do = services.check_import if options["check"] else services.import_file
        now = timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
        try:
            file = services.parse(_chunks(options["file"]))
            report = do(file=file, wish=_wish(options), by=actor_named(options["by"]), at=now)
        except Refused as refusal:
            words = [f"{refusal.message} {refusal.hint}".rstrip()]
            words += [one.message for one in refusal.problems if one.message != refusal.message]
            raise CommandError("\n".join(words)) from refusal
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"A file cannot be read: {error}.") from error
        for line in _lines(report):
            self.stdout.write(line)
        if options["check"]:
            self.stdout.write("Nothing was changed.")


def _wish(options: dict[str, Any]) -> Wish:
    key_file = options["master_key_file"]
    return Wish(
        file_name=options["file"].name,
        mode=Mode(options["mode"]) if options["mode"] else None,
        master_key=key_file.read_text(encoding="ascii") if key_file else "",
        without_secrets=options["without_secrets"],
    )


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _lines(report: ImportReport) -> Iterator[str]:
    yield f"{report.words}."
    for title, notes in report.parts:
        yield from (f"{title}: {note}" for note in notes)
    yield from (f"Left out: {one}" for one in report.unknown)
