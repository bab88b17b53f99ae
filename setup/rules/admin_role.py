"""What is allowed in an admin role, with the words admins read."""

from collections.abc import Iterator
from typing import Final

from domain.actions import OF_PAGES, Page
from domain.errors import Problem
from domain.names import check_name
from domain.permissions import grantable
from setup.spec.admin_role import AdminRole

NAME_MAX: Final = 31
DESCRIPTION_MAX: Final = 255


def check(role: AdminRole) -> list[Problem]:
    """List every broken rule in form order."""
    problems = check_name(role.name, max_length=NAME_MAX, spaces=True)
    length = len(role.description)
    if length > DESCRIPTION_MAX:
        text = f"The description has {length} characters; at most {DESCRIPTION_MAX} are allowed."
        problems.append(Problem("description", text))
    return [*problems, *_excess(role)]


def _excess(role: AdminRole) -> Iterator[Problem]:
    """What nobody may be given by a role of this type."""
    excess = role.permitted - grantable(of_vsys=role.of_vsys)
    whose = "virtual systems" if role.of_vsys else "the device"
    for page in Page:
        if page.read in excess or (page.is_writable and page.write in excess):
            text = f"A role for {whose} cannot allow this much on {page.label}."
            yield Problem(field_of(page), text)
    for action in sorted(excess - OF_PAGES):
        yield Problem("actions", f"A role for {whose} cannot allow {action.words}.")


def field_of(page: Page) -> str:
    """Return the name of the field that says what is allowed on a page."""
    return f"page_{page.replace('-', '_')}"
