"""What is allowed in an administrator, with the words admins read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain.actors import SYSTEM, Role
from domain.errors import Problem
from domain.locations import Location
from domain.names import check_name
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole

NAME_MAX: Final = 31

NOT_THE_SAME: Final = "This is not the same password. Type it again."

_TAKEN_NAMES: Final = frozenset({SYSTEM.name, "unknown"})
"""What the logs call the device itself, and someone who is no admin."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an administrator can refer to.

    Attributes:
        roles: the admin roles by name.
        systems: the virtual systems.
    """

    roles: Mapping[str, AdminRole]
    systems: Collection[Location]


def check(admin: Administrator, around: Surroundings) -> list[Problem]:
    """List every broken rule in form order, those of the password excepted."""
    return [*_name(admin.name), *_role(admin, around), *_systems(admin, around)]


def check_password(draft: AdministratorDraft, *, is_new: bool) -> list[Problem]:
    """List what is wrong with how a password was typed; what a good one is, the device says."""
    if draft.password is None:
        return [Problem("password", "This field is required.")] if is_new else []
    if draft.password != draft.confirmation:
        return [Problem("confirmation", NOT_THE_SAME)]
    return []


def is_limited(admin: Administrator, around: Surroundings) -> bool:
    """Tell whether the admin is limited to virtual systems."""
    role = around.roles.get(admin.profile)
    if admin.role is Role.CUSTOM:
        return role is not None and role.of_vsys
    return admin.role.is_of_vsys


def last_superuser_lost(
    before: Iterable[Administrator], after: Iterable[Administrator]
) -> list[tuple[str, Problem]]:
    """Name, with the field, who was the last enabled superuser and would be none any more.

    Args:
        before: the administrators until now.
        after: those there would be.
    """
    left = {admin.name: admin for admin in after}
    if any(admin.is_superuser for admin in left.values()):
        return []
    lost = [admin.name for admin in before if admin.is_superuser]
    return [(name, Problem(_lost_by(left.get(name)), _lost(name))) for name in lost]


def _lost_by(admin: Administrator | None) -> str:
    if admin is None:
        return ""
    return "enabled" if admin.role is Role.SUPERUSER else "role"


def _lost(name: str) -> str:
    return (
        f"{name} is the last enabled superuser, and the device needs one. Make another admin "
        "a superuser first."
    )


def _name(name: str) -> Iterator[Problem]:
    yield from check_name(name, max_length=NAME_MAX, spaces=False)
    if name.startswith("-"):
        yield Problem("name", "The name cannot begin with a hyphen.")
    if name.lower() in _TAKEN_NAMES:
        yield Problem("name", f"The logs call something else {name}. Choose another name.")


def _role(admin: Administrator, around: Surroundings) -> Iterator[Problem]:
    if admin.role is Role.CUSTOM and admin.profile not in around.roles:
        text = f"There is no admin role {admin.profile}." if admin.profile else "Choose a role."
        yield Problem("role", text)


def _systems(admin: Administrator, around: Surroundings) -> Iterator[Problem]:
    is_known = admin.role is not Role.CUSTOM or admin.profile in around.roles
    limited = is_limited(admin, around)
    if is_known and limited and not admin.vsys:
        yield Problem("vsys", "Choose at least one virtual system: the role is limited to some.")
    if is_known and admin.vsys and not limited:
        yield Problem("vsys", "This role is not limited to virtual systems. Choose none.")
    for place in admin.vsys:
        if place not in around.systems:
            yield Problem("vsys", f"There is no virtual system {place.key}.")
