"""Who is asking, and what that admin may do."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from device.models import Admin
from domain.actors import Actor, Role
from domain.errors import Forbidden
from domain.locations import Location


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


def require_write(by: Actor, location: Location) -> None:
    """Make sure that someone may change objects in a location.

    Raises:
        Forbidden: the role only reads, or the location is not the admin's.
    """
    if by.role is Role.SUPERREADER:
        hint = "Ask an admin with the role superuser."
        raise Forbidden("Your role allows reading only; nothing was changed.", hint=hint)
    if not may_write(by, location):
        hint = "You may change objects in: " + ", ".join(map(str, by.scope)) + "."
        raise Forbidden(f"You may not change objects in {location}.", hint=hint)


def may_write(by: Actor, location: Location | None) -> bool:
    """Tell whether someone may change objects in a location; ``None`` is none in particular."""
    if by.role is Role.SUPERREADER:
        return False
    return location is None or not by.scope or location in by.scope


def actor(request: HttpRequest) -> Actor:
    """Return who sent a request.

    Raises:
        PermissionDenied: nobody has signed in; the login middleware lets no such request here.
    """
    admin = _admin(request)
    return Actor(
        name=admin.username,
        role=Role(admin.role),
        scope=tuple(Location(key) for key in admin.scope),
        address=address(request),
    )


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


def address(request: HttpRequest) -> str:
    """Return the network address a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _admin(request: HttpRequest) -> Admin:
    if not isinstance(request.user, Admin):
        raise PermissionDenied
    return request.user
