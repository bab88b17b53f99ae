"""Reads of administrators and admin roles, of the candidate and of the running configuration."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from configuration import queries as configuration
from configuration.queries import ConfigObject, ObjectState
from configuration.sections import Document
from device import queries as device
from domain.errors import NotFound
from domain.locations import SHARED
from setup.codec import admin as admin_codec
from setup.codec import admin_role as role_codec
from setup.rules.admin import Surroundings
from setup.spec import admin as admin_spec
from setup.spec import admin_role as role_spec
from setup.spec.admin import Administrator
from setup.spec.admin_role import AdminRole


@dataclass(frozen=True, slots=True)
class CandidateAdmin:
    """An administrator of the candidate.

    Attributes:
        admin: the administrator.
        uuid: of the configured object.
        version: what its next save is compared with.
    """

    admin: Administrator
    uuid: UUID
    version: int


@dataclass(frozen=True, slots=True)
class CandidateRole:
    """An admin role of the candidate, likewise."""

    role: AdminRole
    uuid: UUID
    version: int


@dataclass(frozen=True, slots=True)
class AdminRow:
    """One row of the list of administrators.

    Attributes:
        item: the administrator.
        state: how it stands against the running configuration.
        systems: the virtual systems as admins call them.
    """

    item: CandidateAdmin
    state: ObjectState
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One row of the list of admin roles.

    Attributes:
        item: the role.
        state: how it stands against the running configuration.
        admins: who has it, in the candidate.
    """

    item: CandidateRole
    state: ObjectState
    admins: tuple[str, ...]


def admins() -> list[CandidateAdmin]:
    """List the candidate's administrators by name."""
    return [_admin(item) for item in configuration.candidates(admin_spec.KIND)]


def roles() -> list[CandidateRole]:
    """List the candidate's admin roles by name."""
    return [_role(item) for item in configuration.candidates(role_spec.KIND)]


def admin(uuid: UUID) -> CandidateAdmin:
    """Return an administrator of the candidate.

    Raises:
        NotFound: the candidate has none with this identity.
    """
    found = configuration.candidate(uuid)
    if found is None or found.kind != admin_spec.KIND:
        raise NotFound("This administrator does not exist.", hint="Reload the list.")
    return _admin(found)


def role(uuid: UUID) -> CandidateRole:
    """Return an admin role of the candidate.

    Raises:
        NotFound: the candidate has none with this identity.
    """
    found = configuration.candidate(uuid)
    if found is None or found.kind != role_spec.KIND:
        raise NotFound("This admin role does not exist.", hint="Reload the list.")
    return _role(found)


def admin_rows() -> list[AdminRow]:
    """List the administrators with their states, by name."""
    states = configuration.state_of(admin_spec.KIND)
    labels = device.virtual_systems()
    return [
        AdminRow(
            item,
            states.get(item.uuid, "committed"),
            tuple(labels.get(place, place.key) for place in item.admin.vsys),
        )
        for item in admins()
    ]


def role_rows() -> list[RoleRow]:
    """List the admin roles with their states and who has them, by name."""
    states = configuration.state_of(role_spec.KIND)
    having: dict[str, list[str]] = {}
    for item in admins():
        having.setdefault(item.admin.profile, []).append(item.admin.name)
    return [
        RoleRow(
            item,
            states.get(item.uuid, "committed"),
            tuple(having.get(item.role.name, ())),
        )
        for item in roles()
    ]


def around_candidate() -> Surroundings:
    """Return what an administrator of the candidate can refer to."""
    return Surroundings(_by_name(item.role for item in roles()), tuple(device.virtual_systems()))


def around(document: Document) -> Surroundings:
    """Return what an administrator of a configuration can refer to."""
    places = [place for place in document.locations if place != SHARED]
    return Surroundings(_by_name(_readable_roles(document)), places)


def running_admins() -> list[tuple[UUID, Administrator]]:
    """List the running administrators with their identities, by name."""
    found = configuration.running_objects(admin_spec.KIND)
    return [(item.uuid, admin_codec.from_xml(item.name, item.xml)) for item in found]


def running_roles() -> dict[str, AdminRole]:
    """Return the running admin roles by name."""
    found = configuration.running_objects(role_spec.KIND)
    return _by_name(role_codec.from_xml(item.name, item.xml) for item in found)


def standing(name: str) -> list[str]:
    """Say what else keeps an admin from signing in, now or after the next commit."""
    running = {admin.name: admin for _, admin in running_admins()}
    candidate = {item.admin.name: item.admin for item in admins()}
    if name not in running:
        return []
    found = []
    if not running[name].enabled:
        found.append(f"{name} is disabled and cannot sign in: a superuser has to enable it.")
    if name not in candidate:
        found.append(f"The next commit deletes {name}.")
    elif running[name].enabled and not candidate[name].enabled:
        found.append(f"The next commit disables {name}.")
    return found


def passwords_of(name: str) -> list[UUID]:
    """List the sealed hashes that the candidate and the running configuration have of an admin."""
    candidates = [item.admin for item in admins()]
    running = [admin for _, admin in running_admins()]
    found = [one.password for one in (*candidates, *running) if one.name == name]
    return [uuid for uuid in found if uuid is not None]


def _readable_roles(document: Document) -> Iterator[AdminRole]:
    for entry, xml in document.texts(role_spec.KIND):
        try:
            yield role_codec.from_xml(entry.name, xml)
        except role_codec.AdminRoleXmlUnusable:
            continue  # the section of admin roles says so


def _by_name(found: Iterable[AdminRole]) -> dict[str, AdminRole]:
    return {role.name: role for role in found}


def _admin(item: ConfigObject) -> CandidateAdmin:
    return CandidateAdmin(admin_codec.from_xml(item.name, item.xml), item.uuid, item.version)


def _role(item: ConfigObject) -> CandidateRole:
    return CandidateRole(role_codec.from_xml(item.name, item.xml), item.uuid, item.version)


def chosen_admins(uuids: Collection[UUID]) -> list[CandidateAdmin]:
    """List those of some administrators that the candidate has, by name."""
    return [item for item in admins() if item.uuid in uuids]


def chosen_roles(uuids: Collection[UUID]) -> list[CandidateRole]:
    """List those of some admin roles that the candidate has, by name."""
    return [item for item in roles() if item.uuid in uuids]
