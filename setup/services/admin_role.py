"""Write admin roles to the candidate."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from configuration import services as configuration
from device.access import require
from domain.actions import Page
from domain.actors import Actor
from domain.errors import Refused
from domain.locations import DEVICE
from setup.codec import admin_role as codec
from setup.queries import admins as queries
from setup.rules import admin_role as rules
from setup.spec.admin_role import KIND, AdminRole


class AdminRoleRefused(Refused):
    """An admin role breaks at least one rule; ``problems`` has all of them."""


@transaction.atomic
def save(
    *,
    role: AdminRole,
    uuid: UUID | None = None,
    expected_version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Add an admin role to the candidate, or change one; admins follow when it is renamed.

    Raises:
        AdminRoleRefused: at least one rule is broken.
        EditConflict: someone else changed it since that version.
        Forbidden: the role does not allow changing admin roles.
        NameTaken: there is another one of this name.
        NotFound: there is none with this identity.
    """
    require(by, Page.ADMIN_ROLES.write, DEVICE)
    if uuid is not None:
        queries.role(uuid)
    problems = rules.check(role)
    if problems:
        raise AdminRoleRefused("The admin role was not saved.", problems=problems)
    written = configuration.put(
        kind=KIND,
        location=DEVICE,
        name=role.name,
        xml=codec.to_xml(role),
        by=by,
        at=at,
        uuid=uuid,
        expected_version=expected_version,
    )
    return written.uuid


def delete(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Remove admin roles from the candidate, all or none.

    Raises:
        Forbidden: the role does not allow changing admin roles.
        InUse: an administrator has one of them; ``problems`` lists who.
        NotFound: one of them never was there.
    """
    require(by, Page.ADMIN_ROLES.write, DEVICE)
    configuration.delete_all(uuids=uuids, by=by, at=at)
