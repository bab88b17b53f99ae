"""The one way in which a file fails."""

from domain.errors import Refused


class FileUnusable(Refused):
    """The file is no configuration that can be read; the message says what is wrong, and where."""


def unusable(line: int, what: str) -> FileUnusable:
    """Say where the file is wrong, and how."""
    hint = "Nothing was changed. Take another file, or mend this one at that line."
    return FileUnusable(f"Line {line} of the file: {what}", hint=hint)
