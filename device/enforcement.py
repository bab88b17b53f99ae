"""Admins' accounts that follow the running configuration.

An account is operational: it has the password's hash to sign in with, and the books about
sign-ins. Who has one, with which role and scope, the running configuration says; requests read
the account anew each time, so that what a commit changes holds for open sessions at once, and a
session whose account is gone, disabled or has another password ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction

from audit import services as audit
from device import secrets
from device.models import Admin
from device.services.passwords import remember
from device.services.sessions import end_sessions_of
from domain.actions import Action
from domain.actors import Actor, Role
from domain.locations import Location

PURPOSE: Final = "password hash"
"""What the sealed hash of a password is kept as."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the configuration has it.

    Attributes:
        uuid: of the configured administrator.
        username: what the admin signs in with.
        role: what the admin may do.
        scope: the virtual systems that the admin is limited to.
        permitted: with the role custom, what it allows.
        is_active: whether the admin may sign in.
        password_secret: the sealed hash of the password.
    """

    uuid: UUID
    username: str
    password_secret: UUID
    role: Role
    scope: tuple[Location, ...] = field(default=())
    permitted: frozenset[Action] = field(default=frozenset())
    is_active: bool = True


def seal_password(password: str, *, at: datetime) -> UUID:
    """Hash a password and keep the hash sealed; return the secret's UUID.

    It takes tens of milliseconds: call it before a transaction begins.

    Raises:
        MasterKeyMissing: the master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    return secrets.seal(make_password(password).encode(), purpose=PURPOSE, at=at)


@transaction.atomic
def seal_unconfigured(*, at: datetime) -> list[Account]:
    """Give every account that no configuration has an identity and a sealed hash; return them."""
    found = []
    for row in Admin.objects.filter(entry_uuid=None).order_by("username"):
        row.entry_uuid = uuid4()
        row.password_secret = secrets.seal(row.password.encode(), purpose=PURPOSE, at=at)
        row.save(update_fields=["entry_uuid", "password_secret"])
        found.append(_account(row))
    return found


@transaction.atomic
def follow(*, accounts: Sequence[Account], by: Actor, at: datetime) -> None:
    """Make the accounts those of the running configuration; one it never had stays as it is.

    Args:
        accounts: every account of the running configuration.
        by: who made it running.
        at: when.

    Raises:
        SecretUnreadable: the hash of a password is gone or was changed.
    """
    kept = [account.uuid for account in accounts]
    for row in Admin.objects.exclude(entry_uuid=None).exclude(entry_uuid__in=kept):
        row.delete()
        _note(f"Admin {row.username} was deleted.", row.username, by=by, at=at)
    for account in accounts:
        _follow(account, by=by, at=at)


def _follow(account: Account, *, by: Actor, at: datetime) -> None:
    row = (
        Admin.objects.filter(entry_uuid=account.uuid).first()
        or Admin.objects.filter(username=account.username, entry_uuid=None).first()
    )
    before = _account(row) if row else None
    if row is None:
        row = Admin(created_at=at)
    row.entry_uuid = account.uuid
    row.username = account.username
    row.role = account.role.value
    row.scope = [place.key for place in account.scope]
    row.permitted = sorted(account.permitted)
    row.is_active = account.is_active
    if account.password_secret != row.password_secret:
        _take_password(row, account.password_secret, at=at)
    row.save()
    if before != _account(row):
        _note(_words(before, account), account.username, by=by, at=at)


def _take_password(row: Admin, secret: UUID, *, at: datetime) -> None:
    """Let an account have the password that another admin has set; its sessions end."""
    if row.pk is not None:
        remember(row, at=at)
        end_sessions_of(row)
    row.password = secrets.unseal(secret).decode()
    row.password_secret = secret
    row.password_changed_at, row.password_is_own = at, False


@transaction.atomic
def keep_password(*, username: str, also: Sequence[UUID]) -> None:
    """Let the configuration have the hash with which an admin signs in now.

    Args:
        username: whose account has another hash than the configuration.
        also: sealed hashes to be exchanged for it, besides the one taken from there last.
    """
    row = Admin.objects.get(username=username)
    uuids = {uuid for uuid in (*also, row.password_secret) if uuid is not None}
    for uuid in uuids:
        secrets.exchange(uuid, row.password.encode())


def _words(before: Account | None, account: Account) -> str:
    """Say what became of an account."""
    role = f"role {account.role}"
    if account.scope:
        role += f" in {', '.join(map(str, account.scope))}"
    state = "" if account.is_active else ", disabled"
    if before is None:
        return f"Admin {account.username} was added with the {role}{state}."
    if before.password_secret == account.password_secret:
        return f"Admin {account.username} now has the {role}{state}."
    return f"Admin {account.username} has a new password and the {role}{state}."


def _account(row: Admin) -> Account:
    return Account(
        uuid=row.entry_uuid or UUID(int=0),
        username=row.username,
        password_secret=row.password_secret or UUID(int=0),
        role=Role(row.role),
        scope=tuple(Location(key) for key in row.scope),
        permitted=frozenset(Action(value) for value in row.permitted),
        is_active=row.is_active,
    )


def _note(text: str, username: str, *, by: Actor, at: datetime) -> None:
    audit.record(kind="admin", actor=by, text=text, at=at, object_name=username)
