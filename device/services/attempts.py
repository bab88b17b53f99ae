"""Tries at passwords: counted before they are answered, and locked out; see :mod:`device.lockout`.

A user name that nobody has is counted as every other one, so that nothing tells them apart; it is
kept as a keyed digest, because it may be a password that was typed into the wrong field.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from audit import services as audit
from device import lockout, queries
from device.lockout import Limit, Tally, TallyKind
from device.models import Admin, SignInTally
from device.queries.sign_ins import tally_of
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import NotFound, Refused
from domain.locations import DEVICE
from domain.permissions import require

FORGET_STRANGERS_AFTER: Final = timedelta(days=1)
"""How long a name that nobody has stays locked out where there is no end."""

_Key: TypeAlias = tuple[TallyKind, str]

_LOCKED: Final = {
    TallyKind.USER: "This user name is locked out after too many wrong passwords.",
    TallyKind.STRANGER: "This user name is locked out after too many wrong passwords.",
    TallyKind.ADDRESS: "Your address is locked out after too many wrong passwords.",
}


class SignInRefused(Refused):
    """The user name and password are not those of an admin who may sign in."""


class LockedOut(SignInRefused):
    """The user name or the address had too many tries; the password was not looked at."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that is counted and not answered yet.

    Attributes:
        counted: where it is counted, and against what.
        locking: which of these lock unless it succeeds.
    """

    counted: tuple[tuple[_Key, Limit], ...]
    locking: tuple[_Key, ...]


@transaction.atomic
def begin(*, username: str, address: str, at: datetime) -> Attempt:
    """Count a try, if there is one left.

    Args:
        username: as typed.
        address: where the request comes from; empty for commands, which are not limited by it.
        at: when.

    Raises:
        LockedOut: there is none left; nothing was counted.
    """
    limited = tuple(_limited(username, address))
    rows = {key: _open(key, at) for key, _ in limited}
    for (kind, _), row in rows.items():
        tally = tally_of(row)
        if tally.is_locked(at):
            raise refusal(kind, tally, at)
    locking = []
    for key, limit in limited:
        tally = lockout.count(tally_of(rows[key]), limit, at=at)
        _write(rows[key], tally)
        if tally.is_locked(at):
            locking.append(key)
    return Attempt(limited, tuple(locking))


@transaction.atomic
def note_success(attempt: Attempt) -> None:
    """Forget the wrong passwords of a user name that has signed in; its address keeps the others.

    Whoever has an account could otherwise start anew with every name in between.
    """
    for (kind, name), limit in attempt.counted:
        row = SignInTally.objects.select_for_update().filter(kind=kind, key=name).first()
        if row is None:
            continue  # An admin has unlocked it meanwhile.
        if kind is not TallyKind.ADDRESS or row.tries <= 1:
            row.delete()
        else:
            _write(row, lockout.give_back(tally_of(row), limit))


def note_failure(attempt: Attempt, *, at: datetime) -> LockedOut | None:
    """Write down which locks a wrong password has brought; return what to tell, if any."""
    told = None
    for key in attempt.locking:
        row = SignInTally.objects.filter(kind=key[0], key=key[1]).first()
        if row is not None and tally_of(row).is_locked(at):
            tries = f"{row.tries} wrong password{'' if row.tries == 1 else 's'}"
            _record(f"{_words(row)} is locked out after {tries}", row, at=at)
            told = told or refusal(key[0], tally_of(row), at)
    return told


@transaction.atomic
def unlock(*, ids: Collection[int], by: Actor, at: datetime) -> None:
    """End lock-outs.

    Raises:
        Forbidden: the role does not allow changing administrators.
        NotFound: one of them is not locked out any more.
    """
    require(by, Action.WRITE_ADMINISTRATORS, DEVICE)
    locked = SignInTally.objects.select_for_update().exclude(locked_at=None)
    # One by one: Django finds nothing under a number that no database has, but not among several.
    rows = [row for number in set(ids) for row in locked.filter(pk=number)]
    if len(rows) != len(set(ids)):
        raise NotFound("A lock-out has ended meanwhile.", hint="Reload the list.")
    for row in rows:
        row.delete()
        _record(f"{_words(row)} was unlocked", row, by=by, at=at)


def forget_user(username: str) -> None:
    """Forget the tries of a user name whose password the device's operator has set."""
    SignInTally.objects.filter(kind=TallyKind.USER, key=username).delete()


def prune(now: datetime) -> None:
    """Forget tallies that are over."""
    is_unlocked = Q(locked_at=None, last_at__lt=now - lockout.WINDOW)
    is_ended = Q(locked_until__lt=now)
    is_strange = Q(kind=TallyKind.STRANGER, last_at__lt=now - FORGET_STRANGERS_AFTER)
    SignInTally.objects.filter(is_unlocked | is_ended | is_strange).delete()


def refusal(kind: TallyKind, tally: Tally, at: datetime) -> LockedOut:
    """Say that there is no try left, and until when."""
    minutes = tally.wait_min(at)
    if minutes is None:
        return LockedOut(_LOCKED[kind], hint="Another admin has to unlock it.")
    return LockedOut(
        _LOCKED[kind], hint=f"Try again in {minutes} minute{'' if minutes == 1 else 's'}."
    )


def _limited(username: str, address: str) -> Iterator[tuple[_Key, Limit]]:
    """List the tallies that a try belongs to, in the order in which every try locks them."""
    settings = queries.management().authentication
    lock_for = timedelta(minutes=settings.lockout_time_min) or None
    if settings.failed_attempts:
        yield _name_key(username), Limit(settings.failed_attempts, lock_for)
    if settings.failed_attempts_per_address and address:
        limit = Limit(settings.failed_attempts_per_address, lock_for or lockout.ADDRESS_LOCK)
        yield (TallyKind.ADDRESS, address), limit


def _name_key(username: str) -> _Key:
    digest = salted_hmac("device.attempts", username, algorithm="sha256").hexdigest()
    if Admin.objects.filter(username=username).exists():
        return TallyKind.USER, username
    return TallyKind.STRANGER, digest


def _open(key: _Key, at: datetime) -> SignInTally:
    """Return the row of a tally, locked for this transaction; a new one if there is none."""
    kind, name = key
    SignInTally.objects.get_or_create(kind=kind, key=name, defaults={"last_at": at})
    return SignInTally.objects.select_for_update().get(kind=kind, key=name)


def _write(row: SignInTally, tally: Tally) -> None:
    row.tries, row.last_at = tally.tries, tally.last_at
    row.locked_at, row.locked_until = tally.locked_at, tally.locked_until
    row.save()


def _words(row: SignInTally) -> str:
    if row.kind == TallyKind.STRANGER:
        return "A user name that nobody has"
    return f"Admin {row.key}" if row.kind == TallyKind.USER else f"Address {row.key}"


def _record(text: str, row: SignInTally, *, by: Actor = SYSTEM, at: datetime) -> None:
    until = f" until {row.locked_until:%Y-%m-%d %H:%M:%S} UTC" if row.locked_until else ""
    audit.record(
        kind="lock-out",
        actor=by,
        text=f"{text}{until if by is SYSTEM else ''}.",
        at=at,
        object_name="" if row.kind == TallyKind.STRANGER else row.key,
    )
