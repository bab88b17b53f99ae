"""What the command line says: lines for people on stdout, failures on stderr, JSON for programs."""

import json
import sys
from collections.abc import Mapping

from scep.errors import ScepError
from scep.transcript import Outcome, Step

_MARKS = {Outcome.PASSED: "ok  ", Outcome.WARNED: "warn", Outcome.FAILED: "fail"}


class Failed(Exception):
    """The command ends here with an exit code and one line.

    Attributes:
        exit_code: 2 for usage, 6 for input that cannot be decoded.
        where: the step or the part of the command line concerned.
        fact: what is wrong.
        hint: what to try.
    """

    def __init__(self, where: str, fact: str, hint: str = "", *, exit_code: int = 2) -> None:
        super().__init__(fact)
        self.where = where
        self.fact = fact
        self.hint = hint
        self.exit_code = exit_code


def as_failed(error: ScepError) -> Failed:
    """Turn a failure of the protocol into the end of the command."""
    return Failed(error.stage, error.fact, error.hint, exit_code=error.exit_code)


def say(line: str = "") -> None:
    """Write a line to stdout; what a server sent can neither move the cursor nor add lines."""
    sys.stdout.write(f"{clean(line)}\n")


def say_table(rows: Mapping[str, str] | tuple[tuple[str, str], ...]) -> None:
    """Write labels and values in two columns; rows without a value are left out."""
    pairs = tuple(rows.items() if isinstance(rows, Mapping) else rows)
    width = max((len(label) for label, value in pairs if value), default=0)
    for label, value in pairs:
        if value:
            say(f"{label:<{width}}  {value}")


def say_step(step: Step) -> None:
    """Write one step of an exchange that did not fail."""
    took = f" ({step.duration_ms:.0f} ms)" if step.duration_ms >= 1 else ""
    say(f"{_MARKS[step.outcome]}  {step.name:<14}  {step.fact}{took}")
    if step.outcome is Outcome.WARNED and step.hint:
        say(f"{'':20}  {step.hint}")


def say_json(value: object) -> None:
    """Write one JSON object on one line."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=True)}\n")


def complain(failed: Failed) -> None:
    """Write the one line of a failure to stderr: step, fact, hint."""
    line = " ".join(part for part in (f"{failed.where}:", failed.fact, failed.hint) if part)
    sys.stderr.write(f"{clean(line)}\n")


def clean(text: str) -> str:
    """Replace everything that is not printable: server texts may hold terminal commands."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
