"""``manage.py set_password USERNAME``: a way back in for an admin who lost the password."""

import getpass
import os
import secrets
import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.errors import Refused
from setup.queries.admins import standing
from setup.services import accounts

VARIABLE: Final = "SCEPADMIN_PASSWORD"


class Command(BaseCommand):
    """Gives an admin a new password, at once and for good; sessions of that admin end."""

    help = (
        "Give an admin a new password. It comes from --password (which other users of this "
        f"machine may see in the process list), from the variable {VARIABLE}, from --generate, "
        "or from standard input. It is in force at once, and no later commit brings another one "
        "back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the user name and where the password comes from."""
        parser.add_argument("username")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--password", metavar="P")
        source.add_argument("--generate", action="store_true", help="make one and print it")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401  Django's signature
        """Set the password."""
        password = _password(options)
        try:
            accounts.set_password(
                username=options["username"],
                password=password,
                at=timezone.now(),  # noqa: TID251  commands read the clock
            )
        except Refused as refusal:
            reasons = [refusal.message, *(problem.message for problem in refusal.problems)]
            raise CommandError(" ".join(reasons)) from refusal
        self.stdout.write(f"The password of {options['username']} is set.")
        for text in standing(options["username"]):
            self.stdout.write(text)
        if options["generate"]:
            self.stdout.write(f"New password: {password}")


def _password(options: dict[str, Any]) -> str:
    if options["generate"]:
        return secrets.token_urlsafe(12)
    given = options["password"] or os.environ.get(VARIABLE, "")
    if given:
        return str(given)
    if sys.stdin.isatty():
        return getpass.getpass("New password: ")
    return sys.stdin.readline().rstrip("\r\n")
