"""What must be settled before Django reads its settings: which settings, which data folder."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import Final

SETTINGS_VARIABLE: Final = "DJANGO_SETTINGS_MODULE"
DATA_VARIABLES: Final = {
    "scepadmin.settings": "SCEPADMIN_DATA",
    "democa.settings": "DEMOCA_DATA",
}


def prepare(arguments: Sequence[str]) -> None:
    """Set the environment for one management command.

    ``democa`` runs with settings of its own. ``--data DIR`` names the folder of all state. The
    walk of ``demo --once`` gets a temporary folder, removed at the end, unless told otherwise.

    Args:
        arguments: the command line without the program's name.
    """
    command = arguments[0] if arguments else ""
    if command == "democa":
        os.environ[SETTINGS_VARIABLE] = "democa.settings"
    settings = os.environ.setdefault(SETTINGS_VARIABLE, "scepadmin.settings")
    variable = DATA_VARIABLES.get(settings)
    folder = _option(arguments, "--data")
    if variable and not folder and command == "demo" and "--once" in arguments:
        folder = tempfile.mkdtemp(prefix="scepadmin-once-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if variable and folder:
        os.environ[variable] = folder


def _option(arguments: Sequence[str], name: str) -> str:
    """Return the value of ``name VALUE`` or ``name=VALUE``, empty when it is not given."""
    for position, argument in enumerate(arguments):
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
    return ""
