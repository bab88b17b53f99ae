"""What the commands of the configuration share: options, reasons, the clock."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from configuration.scope import CommitScope
from domain.errors import Refused
from domain.locations import Location


def add_scope(parser: ArgumentParser) -> None:
    """Declare whose changes and where; each option may be given several times."""
    parser.add_argument(
        "--admin", action="append", metavar="NAME", help="only what this admin changed"
    )
    parser.add_argument(
        "--location",
        action="append",
        type=location,
        metavar="L",
        help="only what was changed in shared, device or this virtual system, such as vsys2",
    )


def add_by(parser: ArgumentParser, default: str) -> None:
    """Declare in whose name the command acts."""
    parser.add_argument(
        "--by",
        default=default,
        help="an admin, whose role then holds, or any name for the logs",
    )


def scope(options: Mapping[str, Any]) -> CommitScope:
    """Return the scope that was given; everything without one."""
    admins, locations = options["admin"], options["location"]
    return CommitScope(
        frozenset(admins) if admins else None, frozenset(locations) if locations else None
    )


def failure(refusal: Refused) -> CommandError:
    """Return what a command ends with when it was refused: what happened, then each reason."""
    listed = [one.message for one in refusal.problems if one.message != refusal.message]
    return CommandError("\n".join([f"{refusal.message} {refusal.hint}".rstrip(), *listed]))


def location(key: str) -> Location:
    """Read a location; argparse words the ValueError of what is none."""
    return Location(key.lower())


def now() -> datetime:
    """Return the time."""
    return timezone.now()  # noqa: TID251 - a command reads the clock for the services below it
