"""Accounts of admins and their passwords."""

from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from audit import services as audit
from device import password_rules, queries
from device.models import Admin
from domain.actions import Action
from domain.actors import SYSTEM, Actor, Role
from domain.errors import NameTaken, NotFound, Problem, Refused
from domain.locations import DEVICE
from domain.permissions import require

USERNAME_MAX: Final = 64


class PasswordRefused(Refused):
    """A password breaks at least one rule; ``problems`` has all of them."""


def check_password(*, username: str, password: str, old: str | None = None) -> None:
    """Make sure that a password obeys the Minimum Password Complexity in force.

    Whoever lets a password be chosen asks here first, before it is hashed.

    Args:
        username: whose password it is to be.
        password: the new one.
        old: the present one, where the admin changes the own password and has typed both.

    Raises:
        PasswordRefused: it breaks a rule; the problems belong to the field ``password``.
    """
    rules = queries.management().password
    broken = password_rules.broken(password, rules=rules, username=username, old=old)
    if broken:
        problems = [Problem("password", text) for text in broken]
        raise PasswordRefused("The password is not good enough.", problems=problems)


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
            Admin.objects.create(username=username, password=hashed, role=role, created_at=at)
            text = f"Admin {username} was added with the role {role}."
            audit.record(kind="admin", actor=by, text=text, at=at, object_name=username)
    except IntegrityError as error:
        raise NameTaken(f"There is already an admin named {username}.") from error


def set_password(*, username: str, password: str, by: Actor = SYSTEM, at: datetime) -> None:
    """Give an admin a new password.

    Raises:
        Forbidden: it is another admin's, and the role does not allow changing administrators.
        NotFound: there is no admin with this name.
        PasswordRefused: the password breaks a rule.
        Refused: the password is empty.
    """
    own = by.name == username
    require(by, Action.CHANGE_OWN_PASSWORD if own else Action.WRITE_ADMINISTRATORS, DEVICE)
    problems = _account_problems(username, password)
    if problems:
        raise Refused("The password cannot be set.", problems=problems)
    check_password(username=username, password=password)
    hashed = make_password(password)
    with transaction.atomic():
        if not Admin.objects.filter(username=username).update(password=hashed):
            raise NotFound(f"There is no admin named {username}.")
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
