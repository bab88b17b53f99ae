"""An administrator as a value."""

from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from domain.actors import Role
from domain.locations import Location

KIND: Final = "admin"


@dataclass(frozen=True, slots=True)
class Administrator:
    """An admin's account as configured.

    Attributes:
        name: the user name; it never changes.
        role: a predefined role, or ``CUSTOM`` for the admin role named.
        profile: name of the admin role; empty with a predefined one.
        vsys: the virtual systems that the admin is limited to.
        enabled: whether the admin may sign in.
        password: UUID of the sealed hash; ``None`` before there is one.
    """

    name: str
    role: Role = Role.SUPERUSER
    profile: str = ""
    vsys: tuple[Location, ...] = field(default=())
    enabled: bool = True
    password: UUID | None = None

    @property
    def role_name(self) -> str:
        """The role as admins read it."""
        return self.profile if self.role is Role.CUSTOM else self.role.value

    @property
    def is_superuser(self) -> bool:
        """Whether the device can be administered with this account alone."""
        return self.enabled and self.role is Role.SUPERUSER


@dataclass(frozen=True, slots=True)
class AdministratorDraft:
    """An administrator as typed into the dialog.

    Attributes:
        admin: all but the password.
        password: the new password; ``None`` keeps the one there is.
        confirmation: the password typed again.
    """

    admin: Administrator
    password: str | None = field(default=None, repr=False)
    confirmation: str = field(default="", repr=False)

    def sealed(self, password: UUID | None) -> Administrator:
        """Return the administrator with the sealed hash of the password."""
        return replace(self.admin, password=password)
