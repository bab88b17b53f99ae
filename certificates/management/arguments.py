"""What the commands about certificates have in common: locations, files, secrets, refusals."""

import getpass
import sys
from pathlib import Path
from typing import Final

from django.core.management.base import CommandError

from domain.errors import Refused
from domain.locations import Location

USAGE: Final = 2
"""Exit code for what was asked wrongly or is refused; nothing was done."""

BY: Final = "an admin, whose role then holds, or any name for the logs"
"""What ``--by`` takes."""


def location_of(key: str | None) -> Location | None:
    """Read a location; ``None`` when none is given.

    Raises:
        CommandError: there is no such location.
    """
    try:
        return Location(key) if key else None
    except ValueError as error:
        message = f"{key} is not a location: give shared, or vsys1 or another virtual system."
        raise CommandError(message, returncode=USAGE) from error


def refused(refusal: Refused) -> CommandError:
    """Say a refusal with all its problems, as the command's error."""
    problems = [problem.message for problem in refusal.problems]
    words = [*(problems or [refusal.message]), refusal.hint]
    return CommandError(" ".join(filter(None, words)), returncode=USAGE)


def read_file(path: Path, *, limit: int) -> bytes:
    """Read a file, one octet more than the limit at most.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise CommandError(message, returncode=USAGE) from error


def secret(file: Path | None, *, what: str, twice: bool = False) -> str:
    """Return the first line of a file, or ask for it; a secret is never an argument.

    Args:
        file: has the secret; ``None`` asks at the terminal, or reads a line of standard input.
        what: it is, for the question.
        twice: a terminal asks again, because nobody sees what is typed.

    Raises:
        CommandError: the file cannot be read, or what was typed twice differs.
    """
    if file is not None:
        lines = read_file(file, limit=4096).decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass(f"{what}: ")
    if twice and getpass.getpass(f"{what}, again: ") != typed:
        raise CommandError("The two differ. Nothing was done.", returncode=USAGE)
    return typed
