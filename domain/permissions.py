"""Who may do what: one table for the predefined roles, and the rules of scope. Pure.

``docs/roles.md`` shows the table; ``device.access`` asks it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.actions import Action
from domain.actors import Actor, Role
from domain.errors import Forbidden
from domain.locations import SHARED, Location


class Grant(StrEnum):
    """What a role says about an action."""

    YES = "yes"
    OWN = "own vsys"
    """In the admin's virtual systems only; reading includes Shared."""
    NO = "no"


_YES, _OWN, _NO = Grant.YES, Grant.OWN, Grant.NO

PREDEFINED: Final = tuple(role for role in Role if role is not Role.CUSTOM)
"""The roles of the table, in its order."""

# superuser, superreader, deviceadmin, devicereader, vsysadmin, vsysreader
TABLE: Final[Mapping[Action, tuple[Grant, ...]]] = {
    Action.READ_DASHBOARD: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.READ_SCEP: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.WRITE_SCEP: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.READ_CERTIFICATES: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.WRITE_CERTIFICATES: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.READ_VIRTUAL_SYSTEMS: (_YES, _YES, _YES, _YES, _NO, _NO),
    Action.WRITE_VIRTUAL_SYSTEMS: (_YES, _NO, _NO, _NO, _NO, _NO),
    Action.READ_ADMINISTRATORS: (_YES, _YES, _YES, _NO, _NO, _NO),
    Action.WRITE_ADMINISTRATORS: (_YES, _NO, _NO, _NO, _NO, _NO),
    Action.READ_ADMIN_ROLES: (_YES, _YES, _YES, _NO, _NO, _NO),
    Action.WRITE_ADMIN_ROLES: (_YES, _NO, _NO, _NO, _NO, _NO),
    Action.READ_SETUP: (_YES, _YES, _YES, _YES, _NO, _NO),
    Action.WRITE_SETUP: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.READ_ALERTS: (_YES, _YES, _YES, _YES, _NO, _NO),
    Action.WRITE_ALERTS: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.READ_CONFIG_AUDIT: (_YES, _YES, _YES, _YES, _NO, _NO),
    Action.READ_CONFIGURATION_LOG: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.READ_SYSTEM_LOG: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.READ_EXCHANGES: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.READ_TASKS: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.COMMIT: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.COMMIT_FOR_OTHERS: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.VALIDATE: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.SAVE: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.LOAD: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.REVERT: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.IMPORT: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.EXPORT: (_YES, _YES, _YES, _YES, _NO, _NO),
    Action.EXPORT_PRIVATE_KEYS: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.EXPORT_LOGS: (_YES, _YES, _YES, _YES, _OWN, _OWN),
    Action.TAKE_LOCKS: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.REMOVE_OTHERS_LOCKS: (_YES, _NO, _NO, _NO, _NO, _NO),
    Action.MANAGE_JOBS: (_YES, _NO, _YES, _NO, _OWN, _NO),
    Action.MANAGE_OTHERS_JOBS: (_YES, _NO, _YES, _NO, _NO, _NO),
    Action.CHANGE_OWN_PASSWORD: (_YES, _YES, _YES, _YES, _YES, _YES),
}

_ALWAYS: Final = frozenset({Action.CHANGE_OWN_PASSWORD})
"""What every custom role allows."""


def granted(role: Role, action: Action) -> Grant:
    """Return what a predefined role says about an action."""
    return TABLE[action][PREDEFINED.index(role)]


def grantable(*, of_vsys: bool) -> frozenset[Action]:
    """Return what a custom role can give: never more than the admin of a device or vsys has."""
    most = Role.VSYSADMIN if of_vsys else Role.DEVICEADMIN
    return frozenset(action for action in Action if granted(most, action) is not Grant.NO)


def grant(by: Actor, action: Action) -> Grant:
    """Return what someone's role says about an action, the limits of the scope included."""
    if by.role is Role.CUSTOM:
        said = Grant.YES if action in by.permitted | _ALWAYS else Grant.NO
    else:
        said = granted(by.role, action)
    if said is Grant.YES and by.scope and action not in _ALWAYS:
        return Grant.OWN
    return said


def may(by: Actor, action: Action, location: Location | None = None) -> bool:
    """Tell whether someone may do something; without a location, somewhere at least."""
    said = grant(by, action)
    if said is not Grant.OWN:
        return said is Grant.YES
    if location is None:
        return bool(by.scope)
    return location in by.scope or (bool(by.scope) and action.is_read and location == SHARED)


def require(by: Actor, action: Action, location: Location | None = None) -> None:
    """Make sure that someone may do something; the first line of every service that writes.

    Args:
        by: who wants to.
        action: what.
        location: where; ``None`` asks whether it is allowed anywhere.

    Raises:
        Forbidden: the role does not allow it, or not there; says what, and whom to ask.
    """
    if may(by, action, location):
        return
    words = action.words
    if location is None or grant(by, action) is Grant.NO:
        hint = f"Ask an admin with the role {' or '.join(roles_with(action))}."
        raise Forbidden(f"Your role does not allow {words}. Nothing was done.", hint=hint)
    hint = "It allows that in: " + (", ".join(map(str, by.scope)) or "no virtual system") + "."
    raise Forbidden(f"Your role does not allow {words} in {location}. Nothing was done.", hint=hint)


def roles_with(action: Action) -> tuple[Role, ...]:
    """List the predefined roles that allow something everywhere."""
    return tuple(role for role in PREDEFINED if granted(role, action) is Grant.YES)
