"""A measurement on a device of its own: an empty data folder, ready tables, the report."""

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command

from bench import tables


def main(
    measured: Callable[..., str], *, about: str | None, name: str, count: int | None = None
) -> None:
    """Measure as the command line says; print what comes of it, and put it into a document.

    Args:
        measured: fills the device and measures.
        about: what is measured, for ``--help``.
        name: of the module, which the marks around the text in the document name.
        count: what ``--count`` is unless it is given, for ``measured``; None for no such option.
    """
    parser = argparse.ArgumentParser(description=about)
    if count is not None:
        parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SCEPADMIN_DATA"] = scratch
        os.environ["DJANGO_SETTINGS_MODULE"] = "scepadmin.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        text = measured() if count is None else measured(options.count)
    print(text)
    if options.write:
        begin = f"<!-- python -m bench.{name} --write docs/performance.md -->"
        tables.insert(text, options.write, begin=begin, end=f"<!-- end of bench.{name} -->")
