"""An admin role as a value: what admins who have it may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.actions import OF_PAGES, Action, Page
from domain.permissions import grantable

KIND: Final = "admin-role"


class Access(StrEnum):
    """What a role allows on a page; the values are those of the XML."""

    ENABLE = "enable"
    READ_ONLY = "read-only"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class AdminRole:
    """A custom role.

    Attributes:
        name: up to 31 characters.
        description: up to 255 characters; may be empty.
        of_vsys: whether it is for virtual systems, to which its admins are then limited.
        permitted: what it allows; who may change a page may also read it.
    """

    name: str
    description: str = ""
    of_vsys: bool = False
    permitted: frozenset[Action] = field(default=frozenset())

    def access(self, page: Page) -> Access:
        """Return what it allows on a page; one where nothing can be changed is never enabled."""
        if page.is_writable and page.write in self.permitted:
            return Access.ENABLE
        return Access.READ_ONLY if page.read in self.permitted else Access.DISABLE

    @property
    def effective(self) -> frozenset[Action]:
        """What its admins may do: never more than the admin of a device or of virtual systems."""
        return self.permitted & grantable(of_vsys=self.of_vsys)


def levels(page: Page, *, of_vsys: bool) -> tuple[Access, ...]:
    """List what a role of this type can allow on a page, the most first."""
    possible = grantable(of_vsys=of_vsys)
    found = []
    if page.is_writable and page.write in possible:
        found.append(Access.ENABLE)
    if page.read in possible:
        found.append(Access.READ_ONLY)
    return (*found, Access.DISABLE)


def single_actions(*, of_vsys: bool) -> tuple[Action, ...]:
    """List the actions that a role of this type gives one by one; everybody's are left out."""
    possible = grantable(of_vsys=of_vsys) - OF_PAGES - {Action.CHANGE_OWN_PASSWORD}
    return tuple(action for action in Action if action in possible)


def permitted(pages: Mapping[Page, Access], actions: frozenset[Action]) -> frozenset[Action]:
    """Return the actions that levels of access to pages and single actions amount to."""
    reads = {page.read for page, access in pages.items() if access is not Access.DISABLE}
    enabled = {page for page, access in pages.items() if access is Access.ENABLE}
    return actions | reads | {page.write for page in enabled if page.is_writable}
