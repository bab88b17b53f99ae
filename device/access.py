"""Who is asking, and what that admin may do: :func:`require` and :func:`may`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from device.models import Admin
from domain.actions import Action
from domain.actors import Actor, Role
from domain.locations import Location
from domain.permissions import may as may  # noqa: PLC0414 - offered to the services
from domain.permissions import require as require  # noqa: PLC0414 - likewise

_View: TypeAlias = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """What the status bar says about the admin's sign-ins.

    Attributes:
        previous_login_at: the sign-in before this one; ``None`` at the first.
        failed_attempts: wrong passwords between that sign-in and this one.
        last_failed_at: when the last of them was tried.
    """

    username: str
    role: Role
    previous_login_at: datetime | None
    failed_attempts: int
    last_failed_at: datetime | None


def requires(action: Action) -> Callable[[_View], _View]:
    """Mark a view as one for those who may do something; to others it answers 403 in the frame.

    The views of a page ask for its reading; what is written, the services ask for.
    """

    def guarded(view: _View) -> _View:
        @wraps(view)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
            require(actor(request), action)
            return view(request, *args, **kwargs)

        asking.required_action = action  # type: ignore[attr-defined]  # for the test of all routes
        return asking

    return guarded


def actor(request: HttpRequest) -> Actor:
    """Return who sent a request.

    Raises:
        PermissionDenied: nobody has signed in; the login middleware lets no such request here.
    """
    return _actor(_admin(request), address(request))


def actor_named(name: str) -> Actor:
    """Return who a command is carried out as: the admin of this name, with the role and scope.

    Any other name is a label for revisions and logs: who starts commands is the device's operator.
    """
    admin = Admin.objects.filter(username=name).first()
    return _actor(admin, "") if admin else Actor(name=name)


def sign_in_facts(request: HttpRequest) -> SignInFacts:
    """Return what the status bar says; costs no query.

    Raises:
        PermissionDenied: nobody has signed in.
    """
    admin = _admin(request)
    return SignInFacts(
        username=admin.username,
        role=Role(admin.role),
        previous_login_at=admin.previous_login_at,
        failed_attempts=admin.failed_before_login,
        last_failed_at=admin.last_failed_at,
    )


def account(request: HttpRequest) -> Admin:
    """Return the account of who sent a request, for the modules of ``device``.

    Raises:
        PermissionDenied: nobody has signed in.
    """
    return _admin(request)


def address(request: HttpRequest) -> str:
    """Return the network address a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _actor(admin: Admin, address: str) -> Actor:
    return Actor(
        name=admin.username,
        role=Role(admin.role),
        scope=tuple(Location(key) for key in admin.scope),
        address=address,
        permitted=frozenset(Action(value) for value in admin.permitted),
    )


def _admin(request: HttpRequest) -> Admin:
    if not isinstance(request.user, Admin):
        raise PermissionDenied
    return request.user
