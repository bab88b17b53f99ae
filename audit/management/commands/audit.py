"""``manage.py audit verify``: is the log still what the device wrote?"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import verification
from domain.errors import Refused


class Command(BaseCommand):
    """Checks the chain of the log."""

    help = "Check that no entry of the log was changed, added, removed or cut off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to do with the log."""
        parser.add_argument("action", choices=["verify"])

    def handle(self, *_: object, **__: object) -> None:
        """Verify the log; the exit code is 1 when it is broken."""
        try:
            verified = verification.verify(at=timezone.now())  # noqa: TID251  commands read the clock
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        self.stdout.write(f"The log is whole: {verified.count} entries.")
