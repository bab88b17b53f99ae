"""``manage.py restore FILE``: a backup in the place of the data folder's state."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.errors import Refused
from jobs.folder import FolderLock
from scepadmin import backup


class Command(BaseCommand):
    """Restores a backup; the product must not run."""

    help = "Restore a backup. What was there before is kept beside it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--data", metavar="DIR", help="folder of all state (default ./data)")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Restore it."""
        lock = FolderLock.acquire(Path(settings.DATA_DIR))
        if lock is None:
            raise CommandError("The product is running with this data folder. Stop it first.")
        try:
            now = timezone.now()  # noqa: TID251 - commands read the clock
            manifest, kept = backup.restore(options["file"], at=now)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        finally:
            lock.release()
        self.stdout.write(f"Restored the state of {manifest.made_at}.")
        self.stdout.write(f"What was there before is in {kept}.")
