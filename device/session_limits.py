"""When a session ends: unused for too long, or simply too old. Pure."""

from datetime import datetime, timedelta
from typing import Final

from device.spec import AuthenticationSettings

FOR_EVER: Final = timedelta(days=365)
"""How long a session lasts where nothing limits it."""

_TOUCH_AFTER: Final = timedelta(minutes=1)
_WARN_BEFORE: Final = timedelta(minutes=2)


def ends_at(settings: AuthenticationSettings, *, began_at: datetime, used_at: datetime) -> datetime:
    """Return when a session ends unless it is used again.

    Args:
        settings: what is in force.
        began_at: when its admin signed in.
        used_at: when it was used last.
    """
    idle = timedelta(minutes=settings.idle_timeout_min) or FOR_EVER
    oldest = timedelta(minutes=settings.max_session_time_min) or FOR_EVER
    return min(used_at + idle, began_at + oldest)


def touch_after(settings: AuthenticationSettings) -> timedelta:
    """Return how far the last use that is written down may lag behind the last request.

    A minute, and less where the idle timeout is so short that a minute would count.
    """
    idle = timedelta(minutes=settings.idle_timeout_min) or FOR_EVER
    return min(_TOUCH_AFTER, idle / 10)


def warn_before(settings: AuthenticationSettings) -> timedelta:
    """Return how long before its end a session is said to end: two minutes, or less of a short one.

    Args:
        settings: what is in force.
    """
    idle = timedelta(minutes=settings.idle_timeout_min) or FOR_EVER
    return min(_WARN_BEFORE, idle / 4)
