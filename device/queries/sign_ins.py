"""Who is signed in, and who is locked out."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.utils.crypto import constant_time_compare

from device.lockout import Tally, TallyKind
from device.models import Admin, AdminSession, SignInTally


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of an admin, as the list shows it.

    Attributes:
        handle: names the session in requests; its key, which would let anybody in, is not shown.
        username: whose it is.
        address: where the admin signed in from.
        began_at: when.
        used_at: when it was last used, up to a minute late.
        is_own: whether it is the reader's present one.
    """

    handle: str
    username: str
    address: str
    began_at: datetime
    used_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class LockOut:
    """A user name or address that is locked out.

    Attributes:
        id: names it in requests.
        name: the user name or address; empty for a user name that nobody has.
        tries: wrong passwords that led to it.
        until: None until an admin unlocks it.
    """

    id: int
    kind: TallyKind
    name: str
    tries: int
    since: datetime
    until: datetime | None


def sessions(*, present_key: str, at: datetime, username: str = "") -> list[SessionView]:
    """List the sessions that have not ended, by admin, the one used last first.

    Args:
        present_key: of the reader's session.
        at: now.
        username: only this admin's.
    """
    rows = AdminSession.objects.select_related("admin").exclude(admin=None)
    if username:
        rows = rows.filter(admin__username=username)
    return [
        SessionView(
            handle=handle_of(row.session_key),
            username=row.admin.username,
            address=row.address,
            began_at=row.began_at,
            used_at=row.used_at,
            is_own=row.session_key == present_key,
        )
        for row in rows.filter(expire_date__gt=at).order_by("admin__username", "-used_at")
        if row.admin is not None and _has_its_password(row, row.admin)
    ]


def _has_its_password(row: AdminSession, admin: Admin) -> bool:
    """Tell whether the admin still has the password with which the session began."""
    kept = row.get_decoded().get(HASH_SESSION_KEY, "")
    return constant_time_compare(kept, admin.get_session_auth_hash())


def locked_out(at: datetime) -> list[LockOut]:
    """List who is locked out: user names, then addresses."""
    rows = SignInTally.objects.exclude(locked_at=None).order_by("-kind", "key")
    return [
        LockOut(
            id=row.pk,
            kind=TallyKind(row.kind),
            name="" if row.kind == TallyKind.STRANGER else row.key,
            tries=row.tries,
            since=row.locked_at,
            until=row.locked_until,
        )
        for row in rows
        if row.locked_at is not None and tally_of(row).is_locked(at)
    ]


def tally_of(row: SignInTally) -> Tally:
    """Return a row as the value that is reckoned with."""
    return Tally(row.tries, row.last_at, row.locked_at, row.locked_until)


def handle_of(session_key: str) -> str:
    """Return what names a session without opening it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]
