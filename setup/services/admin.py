"""Write administrators to the candidate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from configuration import services as configuration
from configuration.sections import Renaming
from device import enforcement
from device import services as device
from device.access import require
from domain.actions import Page
from domain.actors import Actor, Role
from domain.errors import Problem, Refused
from domain.locations import DEVICE
from setup.codec import admin as codec
from setup.queries import admins as queries
from setup.rules import admin as rules
from setup.spec.admin import KIND, Administrator, AdministratorDraft


class AdministratorRefused(Refused):
    """An administrator breaks at least one rule; ``problems`` has all of them."""


def add(*, draft: AdministratorDraft, by: Actor, at: datetime) -> UUID:
    """Add an administrator to the candidate; a commit makes the account.

    Raises:
        AdministratorRefused: at least one rule is broken.
        Forbidden: the role does not allow changing administrators.
        NameTaken: there is one of this name.
    """
    require(by, Page.ADMINISTRATORS.write, DEVICE)
    _require_sound(draft, is_new=True)
    password = _seal(draft, at)
    with transaction.atomic():
        return _put(draft.sealed(password), by=by, at=at)


def change(
    *,
    uuid: UUID,
    draft: AdministratorDraft,
    expected_version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Change an administrator in the candidate; the name stays, whatever the draft says.

    Raises:
        AdministratorRefused: at least one rule is broken, or there would be no superuser left.
        EditConflict: someone else changed it since that version.
        Forbidden: the role does not allow changing administrators.
        NotFound: the candidate has none with this identity.
    """
    require(by, Page.ADMINISTRATORS.write, DEVICE)
    stored = queries.admin(uuid)
    draft = replace(draft, admin=replace(draft.admin, name=stored.admin.name))
    _require_sound(draft, is_new=False)
    password = _seal(draft, at) if draft.password is not None else stored.admin.password
    changed = draft.sealed(password)
    with transaction.atomic():
        before = _all()
        after = {**before, uuid: changed}
        _require_superuser(before.values(), after.values())
        return _put(changed, uuid=uuid, version=expected_version, by=by, at=at)


@transaction.atomic
def delete(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Remove administrators from the candidate, all or none; their accounts go at the commit.

    Raises:
        AdministratorRefused: one of them is whoever asks, or the last superuser.
        Forbidden: the role does not allow changing administrators.
        NotFound: one of them never was there.
    """
    require(by, Page.ADMINISTRATORS.write, DEVICE)
    before = _all()
    leaving = [before[uuid] for uuid in uuids if uuid in before]
    if any(admin.name == by.name for admin in leaving):
        message = "You cannot delete yourself."
        raise AdministratorRefused(message, hint="Ask another superuser to do it.")
    staying = [admin for uuid, admin in before.items() if uuid not in set(uuids)]
    _require_superuser(before.values(), staying)
    configuration.delete_all(uuids=uuids, by=by, at=at)


def rename_role(*, uuid: UUID, renaming: Renaming, by: Actor, at: datetime) -> None:
    """Give an administrator the new name of the admin role.

    Raises:
        Forbidden: the role does not allow changing administrators.
        NotFound: the candidate has no such administrator.
    """
    admin = queries.admin(uuid).admin
    if admin.role is Role.CUSTOM and admin.profile == renaming.old:
        _put(replace(admin, profile=renaming.new), uuid=uuid, by=by, at=at)


def _all() -> dict[UUID, Administrator]:
    return {item.uuid: item.admin for item in queries.admins()}


def _require_sound(draft: AdministratorDraft, *, is_new: bool) -> None:
    problems = rules.check(draft.admin, queries.around_candidate())
    problems += rules.check_password(draft, is_new=is_new) or _weak(draft)
    if problems:
        raise AdministratorRefused("The administrator was not saved.", problems=problems)


def _weak(draft: AdministratorDraft) -> Sequence[Problem]:
    """List what the device's own rules find wrong with the password."""
    if draft.password is None:
        return ()
    try:
        device.check_password(username=draft.admin.name, password=draft.password)
    except device.PasswordRefused as refusal:
        return refusal.problems
    return ()


def _seal(draft: AdministratorDraft, at: datetime) -> UUID:
    return enforcement.seal_password(draft.password or "", at=at)


def _require_superuser(before: Iterable[Administrator], after: Iterable[Administrator]) -> None:
    lost = rules.last_superuser_lost(before, after)
    if lost:
        problems: list[Problem] = [problem for _, problem in lost]
        raise AdministratorRefused("The administrator was not changed.", problems=problems)


def _put(
    admin: Administrator,
    *,
    uuid: UUID | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    written = configuration.put(
        kind=KIND,
        location=DEVICE,
        name=admin.name,
        xml=codec.to_xml(admin),
        by=by,
        at=at,
        uuid=uuid,
        expected_version=version,
    )
    return written.uuid
