"""What a new password has to be, and which ones were used before."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import hashers

from device import password_rules, queries
from device.models import Admin, PasswordRecord
from device.spec import PasswordComplexity
from domain.errors import Problem, Refused

REMEMBERED: Final = 50
"""So many earlier passwords of an admin are kept as hashes: the most that can be asked for."""


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
    refuse(password_rules.broken(password, rules=rules, username=username, old=old))


def check_own_password(*, admin: Admin, password: str, old: str | None, at: datetime) -> None:
    """Make sure that an admin may take a password: the same, and the rules of changing one's own.

    Raises:
        PasswordRefused: it breaks a rule.
    """
    rules = queries.management().password
    broken = password_rules.broken(password, rules=rules, username=admin.username, old=old)
    if rules.enabled:
        broken += [*_too_early(admin, rules, at), *_used_before(admin, password, rules)]
    refuse(broken)


def refuse(broken: list[str]) -> None:
    """Say what is wrong with a password.

    Raises:
        PasswordRefused: something is.
    """
    if broken:
        problems = [Problem("password", text) for text in broken]
        raise PasswordRefused("The password is not good enough.", problems=problems)


def remember(admin: Admin, *, at: datetime) -> None:
    """Keep the hash of the password that an admin had until now; forget the oldest."""
    PasswordRecord.objects.create(admin=admin, encoded=admin.password, replaced_at=at)
    kept = PasswordRecord.objects.filter(admin=admin).order_by("-pk")[:REMEMBERED]
    PasswordRecord.objects.filter(admin=admin).exclude(pk__in=[row.pk for row in kept]).delete()


def _too_early(admin: Admin, rules: PasswordComplexity, at: datetime) -> list[str]:
    if not admin.password_is_own or admin.password_changed_at is None:
        return []
    from_then = admin.password_changed_at + timedelta(days=rules.change_period_block_days)
    if at >= from_then:
        return []
    return [f"The password can be changed again from {from_then:%Y-%m-%d %H:%M} UTC."]


def _used_before(admin: Admin, password: str, rules: PasswordComplexity) -> list[str]:
    limit = rules.password_history_count
    if not limit:
        return []
    earlier = PasswordRecord.objects.filter(admin=admin).order_by("-pk")[: limit - 1]
    hashes = [admin.password, *(row.encoded for row in earlier)]
    if not any(hashers.check_password(password, encoded) for encoded in hashes):
        return []
    if limit == 1:
        return ["The password must be another one than the present one."]
    return [f"The password was used before: the last {limit} cannot come back."]
