"""Accounts of admins and their passwords."""

from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from audit import services as audit
from device.models import Admin
from device.services import attempts, sessions
from device.services.passwords import check_own_password, check_password, remember
from domain.actions import Action
from domain.actors import SYSTEM, Actor, Role
from domain.errors import NameTaken, NotFound, Problem, Refused
from domain.locations import DEVICE
from domain.permissions import require

USERNAME_MAX: Final = 64


def create_admin(
    *, username: str, password: str, role: Role = Role.SUPERUSER, by: Actor = SYSTEM, at: datetime
) -> None:
    """Add an admin's account.

    Raises:
        Forbidden: the role does not allow changing administrators.
        NameTaken: there is an admin with this name.
        PasswordRefused: the password breaks a rule.
        Refused: the name or the password is not usable.
    """
    require(by, Action.WRITE_ADMINISTRATORS, DEVICE)
    problems = _account_problems(username, password)
    if problems:
        raise Refused("The account cannot be made.", problems=problems)
    check_password(username=username, password=password)
    hashed = make_password(password)  # Before the transaction: it takes tens of milliseconds.
    try:
        with transaction.atomic():
            Admin.objects.create(
                username=username,
                password=hashed,
                role=role,
                created_at=at,
                password_changed_at=at,
            )
            text = f"Admin {username} was added with the role {role}."
            audit.record(kind="admin", actor=by, text=text, at=at, object_name=username)
    except IntegrityError as error:
        raise NameTaken(f"There is already an admin named {username}.") from error


def set_password(
    *,
    username: str,
    password: str,
    old: str | None = None,
    by: Actor = SYSTEM,
    at: datetime,
) -> None:
    """Give an admin a new password; the admin's sessions end.

    A lock-out of the user name ends where the device's operator sets the password.

    Args:
        username: whose.
        password: the new one.
        old: the present one, where the admin changes the own password and has typed both.
        by: who sets it.
        at: when.

    Raises:
        Forbidden: it is another admin's, and the role does not allow changing administrators.
        NotFound: there is no admin with this name.
        PasswordRefused: the password breaks a rule.
        Refused: the password is empty.
    """
    is_own = by.name == username
    require(by, Action.CHANGE_OWN_PASSWORD if is_own else Action.WRITE_ADMINISTRATORS, DEVICE)
    problems = _account_problems(username, password)
    if problems:
        raise Refused("The password cannot be set.", problems=problems)
    admin = Admin.objects.filter(username=username).first()
    if admin is None:
        raise NotFound(f"There is no admin named {username}.")
    if is_own:
        check_own_password(admin=admin, password=password, old=old, at=at)
    else:
        check_password(username=username, password=password)
    hashed = make_password(password)  # Before the transaction: it takes tens of milliseconds.
    with transaction.atomic():
        remember(admin, at=at)
        Admin.objects.filter(pk=admin.pk).update(
            password=hashed, password_changed_at=at, password_is_own=is_own
        )
        sessions.end_sessions_of(admin)
        if by.name == SYSTEM.name:
            attempts.forget_user(username)
        text = f"The password of admin {username} was changed."
        audit.record(kind="admin", actor=by, text=text, at=at, object_name=username)


def _account_problems(username: str, password: str) -> list[Problem]:
    problems = []
    if not username.strip():
        problems.append(Problem("username", "This field is required."))
    if len(username) > USERNAME_MAX:
        text = f"The name has {len(username)} characters; at most {USERNAME_MAX} are allowed."
        problems.append(Problem("username", text))
    if not password:
        problems.append(Problem("password", "This field is required."))
    return problems
