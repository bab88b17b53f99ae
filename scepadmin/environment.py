"""Settings that come from the environment, read and checked in one place.

Every variable starts with ``SCEPADMIN_``; docs/settings.md lists them all.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from webui import private_file

DATA_VARIABLE: Final = "SCEPADMIN_DATA"
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


def data_folder(default: Path) -> Path:
    """Return the folder of all state, made if missing, readable by its owner only."""
    folder = Path(os.environ.get(DATA_VARIABLE, "") or default).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def flag(name: str) -> bool:
    """Tell whether a variable is set to ``1``."""
    return os.environ.get(name, "") == "1"


def number(name: str, default: int) -> int:
    """Read a number of 1 or more.

    Raises:
        ValueError: the variable holds something else.
    """
    text = os.environ.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and int(text)):
        message = f"{name} must be a number of 1 or more, not {text!r}."
        raise ValueError(message)
    return int(text)


def hosts(name: str, default: list[str]) -> list[str]:
    """Read a comma-separated list of host names."""
    listed = [part.strip() for part in os.environ.get(name, "").split(",")]
    return [part for part in listed if part] or default


def log_level(name: str) -> str:
    """Read the least important level of the program's log; ``WARNING`` unless set.

    Raises:
        ValueError: there is no such level.
    """
    level = os.environ.get(name, "").upper() or "WARNING"
    if level not in LOG_LEVELS:
        message = f"{name} must be one of {', '.join(LOG_LEVELS).lower()}, not {level!r}."
        raise ValueError(message)
    return level


def django_secret(folder: Path) -> str:
    """Return the key that signs cookies and forms: made once, kept in the data folder, 0600."""
    path = folder / "django-secret"
    return private_file.read_or_make(path, lambda: secrets.token_urlsafe(48).encode()).decode()
