"""``manage.py unlock [NAME...]``: who is locked out of signing in, and a way back in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from device import services
from device.queries.sign_ins import LockOut, locked_out
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Lists lock-outs, or ends some."""

    help = (
        "End the lock-out of user names and network addresses after too many wrong passwords. "
        "Without a name it lists who is locked out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whom to unlock."""
        parser.add_argument("name", nargs="*", help="user name or network address")
        parser.add_argument("--all", action="store_true", help="unlock everybody")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401  Django's signature
        """List, or unlock."""
        now = timezone.now()  # noqa: TID251  commands read the clock
        locked = locked_out(now)
        names = set(options["name"])
        if not names and not options["all"]:
            self._list(locked)
            return
        chosen = [one for one in locked if options["all"] or one.name in names]
        unknown = names - {one.name for one in chosen}
        if unknown:
            raise CommandError(f"Not locked out: {', '.join(sorted(unknown))}.")
        try:
            services.unlock(ids=[one.id for one in chosen], by=SYSTEM, at=now)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        for one in chosen:
            self.stdout.write(f"Unlocked: {_words(one)}.")

    def _list(self, locked: list[LockOut]) -> None:
        for one in locked:
            until = f"until {one.until:%Y-%m-%d %H:%M:%S} UTC" if one.until else "until unlocked"
            self.stdout.write(f"{_words(one)}, {until}")
        if not locked:
            self.stdout.write("Nobody is locked out.")


def _words(one: LockOut) -> str:
    return f"{one.kind} {one.name}" if one.name else "a user name that nobody has"
