"""What is in force of administrators: accounts that follow what runs, and passwords at once.

A password that an admin sets for another is configuration and in force after a commit. One's own,
and one that the operator of the device resets, is in force at once: the hash is exchanged where
the account, the running configuration and the candidate have it, so that no later commit brings
the old one back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from configuration import services as configuration
from configuration.sections import Addition, ChangedObject
from device import enforcement
from device import services as device
from device.access import require
from device.enforcement import Account
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import Problem, Refused
from domain.locations import DEVICE
from setup.codec import admin as codec
from setup.queries import admins as queries
from setup.rules import admin as rules
from setup.spec import admin_role
from setup.spec.admin import KIND, Administrator
from setup.spec.admin_role import AdminRole

_FOLLOWED: Final = frozenset({KIND, admin_role.KIND})


class OwnPasswordRefused(Refused):
    """One's own password was not changed; ``problems`` says why."""


def follow(changes: Sequence[ChangedObject], *, by: Actor, at: datetime) -> None:
    """Make the accounts those of the configuration that has just become running."""
    if any(change.kind in _FOLLOWED for change in changes):
        roles = queries.running_roles()
        found = queries.running_admins()
        accounts = [
            Account(
                uuid=uuid,
                username=admin.name,
                password_secret=admin.password,
                role=admin.role,
                scope=tuple(sorted(admin.vsys)),
                permitted=_permitted(admin, roles.get(admin.profile)),
                is_active=admin.enabled,
            )
            for uuid, admin in found
            if admin.password is not None
        ]
        enforcement.follow(accounts=accounts, by=by, at=at)


@transaction.atomic
def found(*, at: datetime) -> None:
    """Let accounts that no configuration has be administrators that were there from the start."""
    accounts = enforcement.seal_unconfigured(at=at)
    objects = [
        Addition(account.uuid, KIND, DEVICE, account.username, codec.to_xml(_entry(account)))
        for account in accounts
    ]
    configuration.found(objects=objects, at=at)


def set_password(
    *,
    username: str,
    password: str,
    old: str | None = None,
    by: Actor = SYSTEM,
    at: datetime,
) -> None:
    """Give an admin a password that is in force at once, and after any later commit.

    What else is pending for the admin stays pending.

    Args:
        username: whose.
        password: the new one.
        old: the present one, where the admin changes the own password and has typed both.
        by: who sets it.
        at: when.

    Raises:
        Forbidden: it is another admin's, and the role does not allow changing administrators.
        NotFound: there is no account of this name.
        Refused: the password cannot be used.
    """
    with transaction.atomic():
        device.set_password(username=username, password=password, old=old, by=by, at=at)
        enforcement.keep_password(username=username, also=queries.passwords_of(username))


def change_own_password(
    *, present: str, password: str, confirmation: str, by: Actor, at: datetime
) -> None:
    """Give whoever asks another password, at once; the admin's other sessions end.

    Raises:
        Forbidden: the role does not allow changing one's own password.
        OwnPasswordRefused: the present password is wrong, or the new one was typed wrongly.
        PasswordRefused: the new one breaks a rule of the device.
    """
    require(by, Action.CHANGE_OWN_PASSWORD)
    try:
        device.confirm_password(by=by, password=present, at=at)
    except device.PasswordWrong as error:
        problems = [Problem("present", error.message)]
        raise OwnPasswordRefused(error.message, problems=problems) from error
    if password != confirmation:
        problems = [Problem("confirmation", rules.NOT_THE_SAME)]
        raise OwnPasswordRefused("The password was not changed.", problems=problems)
    set_password(username=by.name, password=password, old=present, by=by, at=at)


def _permitted(admin: Administrator, role: AdminRole | None) -> frozenset[Action]:
    """Return what a custom role allows; without a virtual system a role of some allows nothing."""
    if role is None or (role.of_vsys and not admin.vsys):
        return frozenset()
    return role.effective


def _entry(account: Account) -> Administrator:
    return Administrator(
        name=account.username,
        role=account.role,
        vsys=account.scope,
        enabled=account.is_active,
        password=account.password_secret,
    )
