"""``manage.py web``: the firewall UI and its jobs, without the demo CA."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.errors import Refused
from scepadmin import start_up, web_process


def add_web_arguments(parser: ArgumentParser) -> None:
    """Add the options that ``web`` and ``demo`` share."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="HTTP port, on loopback only")
    parser.add_argument("--tls-port", type=int, default=8443, help="HTTPS port")
    parser.add_argument("--data", metavar="DIR", help="folder of all state (default ./data)")
    parser.add_argument("--password", default="", help="password of admin from now on")


class Command(BaseCommand):
    """Serves until Ctrl-C."""

    help = "Run the firewall UI and its jobs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_web_arguments(parser)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Prepare the data folder, then serve."""
        try:
            # A command is where the clock is read.
            password = start_up.prepare(password=options["password"], at=timezone.now())  # noqa: TID251
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        for url in web_process.addresses(options["host"], options["port"], options["tls_port"]):
            self.stdout.write(f"Firewall UI   {url}")
        if password and not options["password"]:
            self.stdout.write(f"Sign in as    {start_up.ADMIN} with password {password}")
        web_process.run(options["host"], options["port"], options["tls_port"])
