"""What a password has to be, with the words admins read: all broken rules at once. Pure."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from device.spec import PasswordComplexity


def broken(
    password: str, *, rules: PasswordComplexity, username: str, old: str | None = None
) -> list[str]:
    """List every rule that a password breaks, in the order of the settings.

    What earlier passwords were, only their hashes say: that rule is the service's.

    Args:
        password: the new one.
        rules: what is in force; asks for nothing unless enabled.
        username: whose password it is to be.
        old: the one it replaces, where the admin typed it; None where nobody knows it.
    """
    if not rules.enabled:
        return []
    return [
        *_too_few(password, rules),
        *_repeated(password, rules.block_repeated_characters),
        *(_named(password, username) if rules.block_username_inclusion else ()),
        *(_alike(password, old, rules.new_password_differs_by) if old is not None else ()),
    ]


def asked(rules: PasswordComplexity) -> str:
    """Say what is asked of a new password, before it is typed; empty when nothing is."""
    if not rules.enabled:
        return ""
    counts = (
        (rules.minimum_length, "character"),
        (rules.minimum_uppercase, "upper-case letter"),
        (rules.minimum_lowercase, "lower-case letter"),
        (rules.minimum_numeric, "digit"),
        (rules.minimum_special, "special character"),
    )
    wanted = ", ".join(_counted(count, what) for count, what in counts if count)
    told = [f"At least {wanted}."] if wanted else []
    if rules.block_repeated_characters:
        told.append(f"{_row(rules.block_repeated_characters)}.")
    if rules.block_username_inclusion:
        told.append("Without the user name.")
    return " ".join(told)


def expires_at(rules: PasswordComplexity, *, changed_at: datetime) -> datetime | None:
    """Return when a password that was set then has to be replaced; None for never."""
    if not rules.enabled or not rules.expiration_period_days:
        return None
    return changed_at + timedelta(days=rules.expiration_period_days)


def expires_soon(
    rules: PasswordComplexity, *, changed_at: datetime, at: datetime
) -> datetime | None:
    """Return when a password expires, if it is time to say so."""
    end = expires_at(rules, changed_at=changed_at)
    warning = timedelta(days=rules.expiration_warning_days)
    return end if end is not None and warning and at >= end - warning else None


def must_be_replaced(
    rules: PasswordComplexity, *, changed_at: datetime, is_own: bool, at: datetime
) -> bool:
    """Tell whether an admin may do nothing before choosing another password.

    Args:
        rules: what is in force.
        changed_at: when the present one was set.
        is_own: whether the admin has chosen it, not somebody else.
        at: now.
    """
    end = expires_at(rules, changed_at=changed_at)
    has_expired = end is not None and at >= end
    return has_expired or (rules.enabled and rules.change_on_first_login and not is_own)


def _too_few(password: str, rules: PasswordComplexity) -> Iterator[str]:
    special = sum(not character.isalnum() for character in password)
    counts = (
        (len(password), rules.minimum_length, "character"),
        (sum(map(str.isupper, password)), rules.minimum_uppercase, "upper-case letter"),
        (sum(map(str.islower, password)), rules.minimum_lowercase, "lower-case letter"),
        (sum(map(str.isdigit, password)), rules.minimum_numeric, "digit"),
        (special, rules.minimum_special, "special character"),
    )
    for count, minimum, what in counts:
        if count < minimum:
            yield f"The password needs at least {_counted(minimum, what)}; it has {count}."


def _repeated(password: str, limit: int) -> Iterator[str]:
    longest = max((sum(1 for _ in run) for _, run in groupby(password)), default=0)
    if limit and longest > limit:
        yield f"{_row(limit)}."


def _named(password: str, username: str) -> Iterator[str]:
    name, typed = username.casefold(), password.casefold()
    if name and (name in typed or name[::-1] in typed):
        yield "The password must not contain the user name, forwards or backwards."


def _alike(password: str, old: str, minimum: int) -> Iterator[str]:
    fresh = (Counter(password) - Counter(old)).total()
    if fresh < minimum:
        what = _counted(minimum, "character")
        yield f"The password must have at least {what} that the old one has not; it has {fresh}."


def _row(limit: int) -> str:
    times = "once" if limit == 1 else f"{limit} times"
    return f"The same character may stand at most {times} in a row"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
