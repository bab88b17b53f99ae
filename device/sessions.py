"""Sessions of admins: database rows with a sliding idle time-out.

Django saves a session only when its data changes, and then a session in use would end in the
middle of work; saving at every request would write at every request. So a session's expiry is
moved when it is more than a minute behind.
"""

from datetime import timedelta
from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

TOUCH_AFTER: Final = timedelta(minutes=1)
"""How far the expiry may lag behind the last request."""


class SessionStore(DatabaseStore):
    """A session in the database, touched at most once a minute."""

    def load(self) -> dict[str, Any]:
        """Read the session's data; mark it for saving if its expiry lags behind."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # missing in the stubs
        if row is None:
            return {}
        left = row.expire_date - timezone.now()  # noqa: TID251  the request's clock is this module
        if timedelta(seconds=self.get_session_cookie_age()) - left > TOUCH_AFTER:
            self.modified = True
        data: dict[str, Any] = self.decode(row.session_data)
        return data
