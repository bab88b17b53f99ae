"""Lines of CSV that spreadsheets can open without harm."""

import csv
import io
from collections.abc import Iterable


def line(cells: Iterable[str]) -> str:
    """Write one line, its end included."""
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: str) -> str:
    """Keep spreadsheets from taking a name for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
