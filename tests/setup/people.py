"""A device with administrators: short ways to hire, change and dismiss them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from configuration import pipeline
from device import services as device
from device.services import SignInRefused
from domain.actors import Actor, Role
from domain.locations import Location
from setup.queries import admins as queries
from setup.services import accounts
from setup.services import admin as services
from setup.services import admin_role as role_services
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole
from tests.configuration.fakes import FakeJob
from tests.setup.workbench import MARIA, Workbench

PASSWORD: Final = "Blue-Harbor-42"


class People(Workbench):
    """Edits and commits on a device whose first admin is maria."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        device.create_admin(username="maria", password=PASSWORD, at=start)
        accounts.found(at=start)

    def hire(
        self,
        name: str,
        role: Role = Role.SUPERUSER,
        profile: str = "",
        *vsys: Location,
        by: Actor = MARIA,
    ) -> UUID:
        admin = Administrator(name, role, profile, vsys)
        draft = AdministratorDraft(admin, PASSWORD, PASSWORD)
        return services.add(draft=draft, by=by, at=self.tick())

    def change(self, uuid: UUID, admin: Administrator, password: str | None = None) -> None:
        draft = AdministratorDraft(admin, password, password or "")
        services.change(uuid=uuid, draft=draft, by=MARIA, at=self.tick())

    def dismiss(self, *uuids: UUID, by: Actor = MARIA) -> None:
        services.delete(uuids=uuids, by=by, at=self.tick())

    def give(self, role: AdminRole, uuid: UUID | None = None) -> UUID:
        return role_services.save(role=role, uuid=uuid, by=MARIA, at=self.tick())

    def commit_some(self, **arguments: object) -> None:
        """Commit as the arguments of the job say."""
        self._commits += 1
        job = FakeJob(id=self._commits, by=MARIA, arguments={"description": "", **arguments})
        pipeline.run(job)

    def uuid(self, name: str) -> UUID:
        return next(item.uuid for item in queries.admins() if item.admin.name == name)

    def signs_in(self, name: str, password: str = PASSWORD) -> bool:
        try:
            device.sign_in(username=name, password=password, address="", at=self.tick())
        except SignInRefused:
            return False
        return True
