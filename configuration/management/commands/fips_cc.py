"""``manage.py fips_cc on|off|status``: the device's FIPS-CC mode."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from configuration import services
from device import queries as device
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Switches FIPS-CC mode, or says whether it is on."""

    help = (
        "Switch FIPS-CC mode on or off, or say whether it is on. It cannot be switched on while an "
        "object of the candidate or running configuration breaks its rules; exit 1 lists them. "
        "The mode is an emulation: see docs/fips-cc.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one argument."""
        parser.add_argument("mode", choices=("on", "off", "status"))

    def handle(self, *_: object, mode: str, **__: object) -> None:
        """Do as told, and say how it stands."""
        changed = False
        if mode != "status":
            try:
                changed = services.set_fips_cc(on=mode == "on", by=SYSTEM, at=_now())
            except Refused as refusal:
                lines = [refusal.message, *(one.message for one in refusal.problems), refusal.hint]
                raise CommandError("\n".join(lines)) from refusal
        state = "on" if device.facts().fips_cc else "off"
        self.stdout.write(f"FIPS-CC mode is {'now ' if changed else ''}{state}.")


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
