"""docs/roles.md, made of the table that services ask: ``python -m tests.domain.roles_page``."""

from pathlib import Path
from typing import Final

from domain.actions import Action
from domain.permissions import PREDEFINED, TABLE

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "roles.md"

_INTRODUCTION: Final = """# Roles

What each predefined role may do; the services ask this table, so every door obeys it. `yes`:
everywhere. `own vsys`: in the admin's virtual systems, where reading includes Shared. `no`:
refused. An admin limited to virtual systems has every `yes` there only. A custom role gives
actions one by one, never more than deviceadmin has (vsysadmin, for a role of virtual systems).

Device > Administrators says who has which role, Device > Admin Roles makes custom ones; both are
configuration and hold after the commit, for open sessions too
([ADR 0036](adr/0036-administrators.md)). A command acts as the admin named with `--by`, with that
admin's role, and otherwise as a superuser. The reasons are in
[ADR 0027](adr/0027-actions-of-roles.md). `tests/roles` tries every role with every action through
services, pages and commands, and compares with this table. This page is made by `make docs`.
"""


def text() -> str:
    """Return the page."""
    heads = ["action", *PREDEFINED]
    lines = [_row(heads), _row(["---"] * len(heads))]
    lines += [_row([action.words, *TABLE[action]]) for action in Action]
    return _INTRODUCTION + "\n" + "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
