#!/usr/bin/env python3
"""The door to every management command: ``python manage.py help``."""

import os
import sys

from django.core.management import execute_from_command_line

from scepadmin import command_environment


def main() -> None:
    """Run the command named on the command line."""
    os.umask(0o077)  # databases, keys and logs are for their owner's eyes only
    command_environment.prepare(sys.argv[1:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
