"""The tools of the list of certificates. Pure.

A part of the product that can do something with the certificates ticked, or with none, adds its
action here; the page draws them in this order. What the admin may not do is not drawn.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Requires(StrEnum):
    """How many rows must be ticked."""

    NOTHING = ""
    ONE = "one"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Action:
    """One tool.

    Attributes:
        label: its words.
        icon: a name of lucide.dev.
        url_name: where it leads. With rows ticked they are posted there as ``object``, with
            ``ask`` when a dialog answers.
        requires: how many rows must be ticked.
        downloads: a file answers, no dialog.
        writes: drawn for admins who may write only.
    """

    label: str
    icon: str
    url_name: str
    requires: Requires = Requires.SOME
    downloads: bool = False
    writes: bool = True


ACTIONS: Final = (
    Action("Delete", "trash-2", "certificates:delete"),
    Action("Revoke", "ban", "certificates:revoke"),
    Action("Renew", "refresh-cw", "certificates:renew", Requires.ONE),
    Action("Import", "upload", "certificates:import", Requires.NOTHING),
    Action("Generate", "file-plus", "certificates:generate", Requires.NOTHING),
    Action("Export Certificate", "download", "certificates:export", writes=False),
    Action(
        "Export List (CSV)",
        "table",
        "certificates:csv",
        Requires.NOTHING,
        downloads=True,
        writes=False,
    ),
)
