"""End sessions of admins."""

from datetime import datetime

from django.db import transaction

from audit import services as audit
from device.models import Admin, AdminSession
from device.queries.sign_ins import handle_of
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound
from domain.locations import DEVICE
from domain.permissions import require


@transaction.atomic
def end_session(*, handle: str, by: Actor, at: datetime) -> None:
    """End one of one's own sessions, or another admin's.

    Raises:
        Forbidden: it is another admin's, and the role does not allow changing administrators.
        NotFound: it has ended already.
    """
    rows = AdminSession.objects.select_related("admin").exclude(admin=None)
    found = next((row for row in rows if handle_of(row.session_key) == handle), None)
    if found is None or found.admin is None:
        raise NotFound("This session has ended already.", hint="Reload the list.")
    name = found.admin.username
    if name != by.name:
        require(by, Action.WRITE_ADMINISTRATORS, DEVICE)
    found.delete()
    text = f"A session of admin {name} from {found.address or 'an unknown address'} was ended."
    audit.record(kind="sign-out", actor=by, text=text, at=at, object_name=name)


def hide_message(*, digest: str, by: Actor) -> None:
    """Let an admin not see a message of the day again, until it is another one.

    Args:
        digest: of the message, as :func:`device.welcome.digest_of` makes it.
        by: the admin.
    """
    Admin.objects.filter(username=by.name).update(hidden_message=digest)


def end_sessions_of(admin: Admin) -> None:
    """End all sessions of an admin, whose password is another one now."""
    AdminSession.objects.filter(admin=admin).delete()


def prune(now: datetime) -> None:
    """Remove sessions that have ended by themselves."""
    AdminSession.objects.filter(expire_date__lt=now).delete()
