"""Change the device: first start, admins, sign-in."""

import secrets
from datetime import datetime
from typing import Final

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from audit import services as audit
from device import master_key
from device import secrets as secrets_at_rest
from device.models import Admin, DataKey, DeviceFacts
from device.queries import BEFORE_FIRST_START
from domain.actions import Action
from domain.actors import SYSTEM, Actor, Role
from domain.errors import NameTaken, NotFound, Problem, Refused
from domain.locations import DEVICE
from domain.permissions import require

USERNAME_MAX: Final = 64


class SignInRefused(Refused):
    """The user name and password are not those of an admin who may sign in."""


class PasswordWrong(Refused):
    """The admin did not give the own password."""


def initialise(*, at: datetime) -> None:
    """Make what the first start needs: master key file and device facts. Safe to repeat.

    Raises:
        MasterKeyMissing: the database holds secrets and their master key file is gone.
        MasterKeyWrong: the file is there and is not the one that protects them.
    """
    if DataKey.objects.exists():
        _settle_master_key()
    else:
        master_key.create_if_missing()
        master_key.load()
    version = {"sw_version": BEFORE_FIRST_START.sw_version}
    made_once = {
        "hostname": BEFORE_FIRST_START.hostname,
        "serial": f"{secrets.randbelow(10**12):012d}",
        "model": BEFORE_FIRST_START.model,
    }
    _, created = DeviceFacts.objects.update_or_create(
        id=1, defaults=version, create_defaults=made_once | version
    )
    if created:
        audit.record(kind="device", actor=SYSTEM, text="The device was initialised.", at=at)


def change_master_key(*, by: Actor = SYSTEM, at: datetime) -> str:
    """Protect all secrets by a new master key, and forget the old one.

    A kill at any point leaves everything readable; the next start ends what was left half done.

    Returns:
        The new key's id.

    Raises:
        Forbidden: the role does not allow changing the device's settings.
        MasterKeyMissing: the present master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    require(by, Action.WRITE_SETUP, DEVICE)
    initialise(at=at)  # A change that was killed has to end before the next one.
    with transaction.atomic():
        audit.record(kind="device", actor=by, text="The master key was changed.", at=at)
        fresh = master_key.write_next()
        secrets_at_rest.rewrap(fresh)
    master_key.settle(fresh.id)
    return fresh.id


def create_admin(
    *, username: str, password: str, role: Role = Role.SUPERUSER, by: Actor = SYSTEM, at: datetime
) -> None:
    """Add an admin's account.

    Raises:
        Forbidden: the role does not allow changing administrators.
        NameTaken: there is an admin with this name.
        Refused: the name or the password is not usable.
    """
    require(by, Action.WRITE_ADMINISTRATORS, DEVICE)
    problems = _account_problems(username, password)
    if problems:
        raise Refused("The account cannot be made.", problems=problems)
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
        Refused: the password is empty.
    """
    own = by.name == username
    require(by, Action.CHANGE_OWN_PASSWORD if own else Action.WRITE_ADMINISTRATORS, DEVICE)
    problems = _account_problems(username, password)
    if problems:
        raise Refused("The password cannot be set.", problems=problems)
    hashed = make_password(password)
    with transaction.atomic():
        if not Admin.objects.filter(username=username).update(password=hashed):
            raise NotFound(f"There is no admin named {username}.")
        text = f"The password of admin {username} was changed."
        audit.record(kind="admin", actor=by, text=text, at=at, object_name=username)


def sign_in(*, username: str, password: str, address: str, at: datetime) -> Admin:
    """Check who wants to sign in, and keep the books about it.

    Unknown names take as long as wrong passwords, and get the same answer.

    Args:
        username: the name as typed.
        password: the password as typed.
        address: where the request comes from.
        at: the moment of the attempt.

    Raises:
        SignInRefused: name or password is wrong, or the account is disabled.
    """
    admin = authenticate(username=username, password=password)
    if not isinstance(admin, Admin):
        _note_failure(username=username, address=address, at=at)
        raise SignInRefused("The user name or the password is wrong.")
    with transaction.atomic():
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
        PasswordWrong: the password is not the admin's own.
    """
    admin = authenticate(username=by.name, password=password)
    if not isinstance(admin, Admin):
        _note_failure(username=by.name, address=by.address, at=at)
        message = "This is not your password."
        raise PasswordWrong(message, problems=[Problem("password", message)])


def note_sign_out(*, by: Actor, at: datetime) -> None:
    """Log that an admin signed out."""
    audit.record(kind="sign-out", actor=by, text=f"Admin {by.name} signed out.", at=at)


def _note_failure(*, username: str, address: str, at: datetime) -> None:
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


@transaction.atomic
def set_fips_cc(*, on: bool, by: Actor, at: datetime) -> None:
    """Switch FIPS-CC mode; whether the configuration allows it is for ``configuration`` to say.

    Raises:
        Refused: the device was never started.
    """
    if not DeviceFacts.objects.update(fips_cc=on):
        raise Refused("This device was never started.", hint="Start it once, then try again.")
    text = f"FIPS-CC mode was switched {'on' if on else 'off'}."
    audit.record(kind="device", actor=by, text=text, at=at, object_name="fips-cc")


@transaction.atomic
def set_multi_vsys(*, on: bool, by: Actor, at: datetime) -> None:
    """Switch Multi Virtual System Capability; whether it can go off is for ``setup`` to say.

    Raises:
        Refused: the device was never started.
    """
    if not DeviceFacts.objects.update(multi_vsys=on):
        raise Refused("This device was never started.", hint="Start it once, then try again.")
    text = f"Multi Virtual System Capability was switched {'on' if on else 'off'}."
    audit.record(kind="device", actor=by, text=text, at=at, object_name="multi-vsys")


def _settle_master_key() -> None:
    """Make sure that the master key is there, and end a change of it that was interrupted."""
    newest = DataKey.objects.latest("created_at")
    master_key.load(newest.master_key_id).unwrap(
        bytes(newest.wrapped), key_id=newest.master_key_id, associated=newest.uuid.bytes
    )
    master_key.settle(newest.master_key_id)


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
