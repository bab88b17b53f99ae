"""How administrators plug into the configuration."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from configuration.sections import Document, ObjectProblem, Reference, Renaming
from configuration.text_only import TextOnly
from configuration.transfer import FilePlace
from device import enforcement
from domain.actions import Page
from domain.actors import Actor
from domain.errors import Problem
from domain.locations import DEVICE, VSYS1, VSYS_KIND, Location
from setup.codec import admin as codec
from setup.queries import admins as queries
from setup.rules import admin as rules
from setup.services import admin as services
from setup.spec import admin_role
from setup.spec.admin import KIND, Administrator

_NAMED: Final = frozenset({admin_role.KIND, VSYS_KIND})
"""The kinds of objects that an administrator names."""


class AdministratorsSection(TextOnly):
    """The section of administrators; their accounts are the device's and follow what runs."""

    kind = KIND
    label = "Administrator"
    page = Page.ADMINISTRATORS
    in_file = FilePlace("mgt-config/users", on_device=True, secrets={"phash": enforcement.PURPOSE})

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what is no administrator; there is no typed row to write."""
        del uuid, location
        codec.from_xml(name, xml)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every administrator again, and that a superuser is left."""
        around = queries.around(document)
        readable, found = {}, []
        for entry, xml in document.texts(KIND):
            try:
                readable[entry.name] = codec.from_xml(entry.name, xml)
            except codec.AdministratorXmlUnusable as error:
                found.append(_at(entry.name, Problem("", error.message)))
        for name, admin in readable.items():
            found += [_at(name, problem) for problem in _broken(admin, around)]
        before = [admin for _, admin in queries.running_admins()]
        lost = rules.last_superuser_lost(before, readable.values())
        return [*found, *(_at(name, problem) for name, problem in lost)]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List the administrators by name."""
        del purpose, location
        return [item.admin.name for item in queries.admins()]

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List which administrators have which admin roles and virtual systems."""
        if kind not in _NAMED:
            return []
        return [
            reference
            for item in queries.admins()
            for reference in _references(item.uuid, item.admin, kind)
            if reference.name in names
        ]

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List the same for the administrators of a configuration."""
        found = []
        for entry, xml in document.texts(KIND):
            try:
                admin = codec.from_xml(entry.name, xml)
            except codec.AdministratorXmlUnusable:
                continue  # validation says so
            found += [one for one in _references(entry.uuid, admin, kind) if one.name in names]
        return found

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog of an administrator."""
        return reverse("setup:admin-edit", args=[uuid])

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Give the administrator the new name of the admin role."""
        if renaming.kind == admin_role.KIND:
            services.rename_role(uuid=reference.by, renaming=renaming, by=by, at=at)


def _references(uuid: UUID, admin: Administrator, kind: str) -> Iterator[Reference]:
    """List what an administrator names; vsys1, which every device has, is nothing to name."""
    path = f"mgt-config -> users -> {admin.name} -> permissions -> role-based"
    if kind == admin_role.KIND and admin.profile:
        yield Reference(KIND, uuid, DEVICE, f"{path} -> profile", admin.profile)
    if kind == VSYS_KIND:
        for place in admin.vsys:
            if place != VSYS1:
                yield Reference(KIND, uuid, DEVICE, f"{path} -> vsys", place.key)


def _broken(admin: Administrator, around: rules.Surroundings) -> Iterator[Problem]:
    yield from rules.check(admin, around)
    if admin.password is None:
        yield Problem("password", "There is no password. Set one.")


def _at(name: str, problem: Problem) -> ObjectProblem:
    return ObjectProblem(KIND, DEVICE, name, problem.field, problem.message)
