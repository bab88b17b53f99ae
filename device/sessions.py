"""Sessions of admins: database rows that end when unused, or too old.

The settings in force decide at every request, so a commit holds for open sessions, too. Django
saves a session only when its data changes, and then a session in use would end in the middle of
work; saving at every request would write at every request. So the last use is written down when
it is some time ago, see :func:`device.session_limits.touch_after`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from device import password_rules, queries, session_limits
from device.models import Admin, AdminSession
from device.spec import AuthenticationSettings, Management
from webui import htmx

_BEGAN: Final = "began_at"
_USED: Final = "used_at"
_ADDRESS: Final = "address"
_PASSWORD_DUE: Final = "password_due"  # noqa: S105 - a name in the session


class SessionStore(DatabaseStore):
    """A session in the database."""

    @classmethod
    def get_model_class(cls) -> type[AdminSession]:
        """Return the model of the rows."""
        return AdminSession

    @cached_property
    def in_force(self) -> Management:
        """The settings in force, asked for once a request."""
        return queries.management()

    @property
    def settings(self) -> AuthenticationSettings:
        """Those of sessions."""
        return self.in_force.authentication

    def load(self) -> dict[str, Any]:
        """Read the session's data; empty when it has ended."""
        data: dict[str, Any] = super().load()
        if data and self._ends_at(data) <= _now():
            self._session_key = None
            return {}
        return data

    def create_model_instance(self, data: dict[str, Any]) -> AdminSession:
        """Make the row, with what the list of sessions shows."""
        now = _now().isoformat()
        data.setdefault(_BEGAN, now)
        data.setdefault(_USED, now)
        row = cast("AdminSession", super().create_model_instance(data))
        row.admin_id = data.get(auth.SESSION_KEY)
        row.address = data.get(_ADDRESS, "")
        row.began_at, row.used_at = _moment(data, _BEGAN), _moment(data, _USED)
        row.expire_date = self._ends_at(data)
        return row

    def get_expiry_date(self, **kwargs: Any) -> datetime:  # noqa: ANN401 - Django's signature
        """Return when the session ends unless it is used again."""
        del kwargs
        return self._ends_at(dict(self.items()))

    def begin(self, *, address: str, at: datetime) -> None:
        """Note that an admin has just signed in."""
        self[_BEGAN] = self[_USED] = at.isoformat()
        self[_ADDRESS] = address

    def note_use(self, at: datetime) -> None:
        """Write the last use down, if the one that is written down is some time ago."""
        data = dict(self.items())
        if abs(at - _moment(data, _USED)) >= session_limits.touch_after(self.settings):
            self[_USED] = at.isoformat()

    def _ends_at(self, data: dict[str, Any]) -> datetime:
        return session_limits.ends_at(
            self.settings, began_at=_moment(data, _BEGAN), used_at=_moment(data, _USED)
        )


class SessionUseMiddleware:
    """Notes that a session is used: by a person, not by a page that refreshes itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note it, and pass the request on."""
        if request.user.is_authenticated and not _refreshes_itself(request):
            _store(request).note_use(_now())
        return self.get_response(request)


class PasswordDueMiddleware:
    """Lets an admin whose password must be replaced do nothing else first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, or lead to the dialog of one's own password."""
        if not password_is_due(request):
            return self.get_response(request)
        dialog = resolve_url(settings.PASSWORD_URL)
        if request.path in {dialog, resolve_url("device:logout"), resolve_url("device:message")}:
            return self.get_response(request)
        if _refreshes_itself(request):
            return HttpResponse(status=204)  # The dialog that is open must not be loaded anew.
        if htmx.wants_fragment(request):
            return HttpResponse(status=204, headers={"HX-Redirect": dialog})
        return redirect(dialog)


@transaction.atomic
def begin(request: HttpRequest, admin: Admin, *, address: str, at: datetime) -> None:
    """Sign an admin in, in this browser; more sessions than allowed end, those used least lately.

    Session key and CSRF token are new ones.
    """
    auth.login(request, admin)
    store = _store(request)
    store.begin(address=address, at=at)
    store[_PASSWORD_DUE] = password_rules.must_be_replaced(
        store.in_force.password,
        changed_at=admin.password_changed_at or admin.created_at,
        is_own=admin.password_is_own,
        at=at,
    )
    limit = store.settings.max_session_count
    if not limit:
        return
    Admin.objects.select_for_update().get(pk=admin.pk)
    store.save()
    others = AdminSession.objects.filter(admin=admin).exclude(session_key=store.session_key)
    ended = others.order_by("-used_at", "-began_at").values_list("pk", flat=True)[limit - 1 :]
    AdminSession.objects.filter(pk__in=list(ended)).delete()


def keep(request: HttpRequest) -> None:
    """Let this session outlive a change of its admin's password, which ends the others.

    Raises:
        PermissionDenied: nobody has signed in.
    """
    if not isinstance(request.user, Admin):
        raise PermissionDenied
    request.user.refresh_from_db(fields=["password"])
    auth.update_session_auth_hash(request, request.user)
    _store(request)[_PASSWORD_DUE] = False


def password_is_due(request: HttpRequest) -> bool:
    """Tell whether the admin has to choose another password before anything else."""
    return bool(request.session.get(_PASSWORD_DUE))


def ends_soon(request: HttpRequest, *, at: datetime) -> bool:
    """Tell whether it is time to say that the session ends unless it is used."""
    store = _store(request)
    return store.get_expiry_date() - at <= session_limits.warn_before(store.settings)


def _refreshes_itself(request: HttpRequest) -> bool:
    return htmx.wants_fragment(request) and not htmx.is_asked_by_reader(request)


def _store(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)  # noqa: S101 - settings.SESSION_ENGINE
    return request.session


def _moment(data: dict[str, Any], name: str) -> datetime:
    found = data.get(name)
    return datetime.fromisoformat(found) if found else _now()


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - the request's clock is this module
