"""How admin roles plug into the configuration."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from configuration.sections import Document, ObjectProblem
from configuration.text_only import TextOnly
from configuration.transfer import FilePlace
from domain.actions import Page
from domain.errors import Problem
from domain.locations import Location
from setup.codec import admin_role as codec
from setup.queries import admins as queries
from setup.rules import admin_role as rules
from setup.spec.admin_role import KIND


class AdminRolesSection(TextOnly):
    """The section of admin roles; it has no rows of its own."""

    kind = KIND
    label = "Admin role"
    page = Page.ADMIN_ROLES
    in_file = FilePlace("shared/admin-role", on_device=True)

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what is no admin role; there is no typed row to write."""
        del uuid, location
        codec.from_xml(name, xml)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every role again."""
        return [
            ObjectProblem(KIND, entry.location, entry.name, problem.field, problem.message)
            for entry, xml in document.texts(KIND)
            for problem in _problems(entry.name, xml)
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List the admin roles by name."""
        del purpose, location
        return [item.role.name for item in queries.roles()]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog of an admin role."""
        return reverse("setup:admin-role-edit", args=[uuid])


def _problems(name: str, xml: str) -> Iterator[Problem]:
    try:
        yield from rules.check(codec.from_xml(name, xml))
    except codec.AdminRoleXmlUnusable as error:
        yield Problem("", error.message)
