"""``python -m scep``: the protocol client without Django."""

import importlib
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

from scep.commands import arguments, console


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments behind the program's name.
    """
    try:
        options = arguments.parse(argv)
        # Loaded now: a command line that is wrong must not wait for the cryptography.
        command = importlib.import_module(f"scep.commands.{options.command}")
        return int(command.run(options))
    except console.Failed as failed:
        console.complain(failed)
        return failed.exit_code
    except SystemExit:
        # argparse has printed the help.
        return 0


def run(program: Callable[[Sequence[str]], int] = main) -> NoReturn:
    """Run as a program: quiet about warnings of libraries, interrupts and closed pipes."""
    warnings.simplefilter("ignore")
    try:
        code = program(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read the output went away; keep Python from complaining about it at exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    run()
