#!/usr/bin/env python3
"""The door to every management command: ``python manage.py help``."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scepadmin.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
