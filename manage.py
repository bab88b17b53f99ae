#!/usr/bin/env python3
"""The door to every management command: ``python manage.py help``."""

import os
import sys
import warnings

from django.core.management import execute_from_command_line

from scepadmin import command_environment


def main() -> None:
    """Run the command named on the command line."""
    os.umask(0o077)  # databases, keys and logs are for their owner's eyes only
    # A default trusted CA has the serial number 0; nobody at the console can do anything about it.
    warnings.filterwarnings("ignore", message="Parsed a serial number which wasn't positive")
    command_environment.prepare(sys.argv[1:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
