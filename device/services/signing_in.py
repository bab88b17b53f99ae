"""Signing in and out, and the books about it."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F

from audit import services as audit
from device.models import Admin
from device.services import attempts
from device.services.attempts import SignInRefused
from domain.actors import Actor, Role
from domain.errors import Problem, Refused


class PasswordWrong(Refused):
    """The admin did not give the own password."""


def sign_in(*, username: str, password: str, address: str, at: datetime) -> Admin:
    """Check who wants to sign in, and keep the books about it.

    Unknown names take as long as wrong passwords, and get the same answer.

    Args:
        username: the name as typed.
        password: the password as typed.
        address: where the request comes from.
        at: the moment of the attempt.

    Raises:
        LockedOut: there were too many wrong passwords for this name or from this address.
        SignInRefused: name or password is wrong, or the account is disabled.
    """
    attempt = attempts.begin(username=username, address=address, at=at)
    admin = authenticate(username=username, password=password)
    if not isinstance(admin, Admin):
        locked = _note_failure(attempt, username=username, address=address, at=at)
        raise locked or SignInRefused("The user name or the password is wrong.")
    with transaction.atomic():
        attempts.note_success(attempt)
        Admin.objects.filter(pk=admin.pk).update(
            previous_login_at=F("last_login"),
            failed_before_login=F("failed_since_login"),
            failed_since_login=0,
        )
        by = Actor(name=admin.username, role=Role(admin.role), address=address)
        audit.record(kind="sign-in", actor=by, text=f"Admin {admin.username} signed in.", at=at)
    return admin


def confirm_password(*, by: Actor, password: str, at: datetime) -> None:
    """Make sure that it is the admin who asks, where a session is not enough.

    A wrong password counts like a failed sign-in.

    Raises:
        PasswordWrong: the password is not the admin's own, or it was not looked at: there were
            too many wrong ones.
    """
    try:
        attempt = attempts.begin(username=by.name, address=by.address, at=at)
    except attempts.LockedOut as refusal:
        raise _password_wrong(f"{refusal.message} {refusal.hint}") from refusal
    admin = authenticate(username=by.name, password=password)
    if not isinstance(admin, Admin):
        locked = _note_failure(attempt, username=by.name, address=by.address, at=at)
        more = f" {locked.message} {locked.hint}" if locked else ""
        raise _password_wrong(f"This is not your password.{more}")
    attempts.note_success(attempt)


def note_sign_out(*, by: Actor, at: datetime) -> None:
    """Log that an admin signed out."""
    audit.record(kind="sign-out", actor=by, text=f"Admin {by.name} signed out.", at=at)


def _password_wrong(message: str) -> PasswordWrong:
    return PasswordWrong(message, problems=[Problem("password", message)])


def _note_failure(
    attempt: attempts.Attempt, *, username: str, address: str, at: datetime
) -> attempts.LockedOut | None:
    """Write a wrong password down; return what to tell if it locks."""
    with transaction.atomic():
        known = Admin.objects.filter(username=username).update(
            failed_since_login=F("failed_since_login") + 1, last_failed_at=at
        )
        # An unknown name is not written down: it may be a password typed into the wrong field.
        name = username if known else "unknown"
        audit.record(
            kind="sign-in",
            actor=Actor(name=name, role=Role.SUPERREADER, address=address),
            text=f"A sign-in as {name} failed." if known else "A sign-in as nobody known failed.",
            at=at,
            outcome="failed",
        )
        return attempts.note_failure(attempt, at=at)
