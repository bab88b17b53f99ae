"""``manage.py backup FILE``: the data folder in one file, without the master key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.errors import Refused
from scepadmin import backup


class Command(BaseCommand):
    """Makes a backup; the product may run meanwhile."""

    help = "Write a backup of everything but the master key, which is to be kept apart."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--data", metavar="DIR", help="folder of all state (default ./data)")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Make the backup."""
        try:
            now = timezone.now()  # noqa: TID251 - commands read the clock
            manifest = backup.make(options["file"], at=now)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Backup written to {options['file']}.")
        if manifest.master_key_id:
            key_id = manifest.master_key_id
            self.stdout.write(f"It needs the master key {key_id}; keep a copy of master.key apart.")
