"""Administrators and admin roles: edited in the candidate."""

import pytest

from configuration import queries as configuration
from configuration import registry
from configuration import services as configuration_services
from domain.actions import Action, Page
from domain.actors import Actor, Role
from domain.errors import Forbidden, InUse, NotFound, Refused
from domain.locations import Location
from jobs.handlers import JobFailed
from setup.queries import admins as queries
from setup.services import admin as services
from setup.services import admin_role as role_services
from setup.services.admin import AdministratorRefused
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole
from tests.in_force import InForce
from tests.setup.people import People
from tests.setup.workbench import MARIA

pytestmark = pytest.mark.django_db

VSYS2 = Location("vsys2")
AUDITOR = AdminRole("auditor", permitted=frozenset({Page.SCEP.read}))
BRANCH = AdminRole("branch", of_vsys=True, permitted=frozenset({Page.SCEP.read, Action.COMMIT}))


def test_a_role_that_an_admin_has_is_not_deleted_and_its_new_name_follows(people: People) -> None:
    role = people.give(AUDITOR)
    rita = people.hire("rita", Role.CUSTOM, "auditor")

    with pytest.raises(InUse) as caught:
        role_services.delete(uuids=[role], by=MARIA, at=people.tick())
    assert [problem.message for problem in caught.value.problems] == [
        "mgt-config -> users -> rita -> permissions -> role-based -> profile -> auditor"
    ]

    people.give(AdminRole("reviewer", permitted=AUDITOR.permitted), role)
    assert queries.admin(rita).admin.profile == "reviewer"
    people.dismiss(rita)
    role_services.delete(uuids=[role], by=MARIA, at=people.tick())
    assert queries.roles() == []


def test_a_virtual_system_that_an_admin_is_limited_to_is_not_deleted(people: People) -> None:
    system = people.add(2)
    people.hire("rita", Role.VSYSREADER, "", VSYS2, Location("vsys1"))

    with pytest.raises(InUse):
        people.delete([system])


@pytest.mark.parametrize(
    ("admin", "field"),
    [
        (Administrator("maria", enabled=False), "enabled"),
        (Administrator("maria", Role.SUPERREADER), "role"),
    ],
)
def test_the_last_superuser_is_neither_disabled_nor_demoted(
    people: People, admin: Administrator, field: str
) -> None:
    people.hire("paul", Role.DEVICEADMIN)

    with pytest.raises(AdministratorRefused) as caught:
        people.change(people.uuid("maria"), admin)

    assert [problem.field for problem in caught.value.problems] == [field]


def test_the_last_superuser_is_not_deleted_and_nobody_deletes_himself(people: People) -> None:
    maria = people.uuid("maria")

    with pytest.raises(AdministratorRefused, match="delete yourself"):
        people.dismiss(maria)
    with pytest.raises(AdministratorRefused) as caught:
        people.dismiss(maria, by=Actor("paul"))

    assert "last enabled superuser" in caught.value.problems[0].message


def test_a_commit_that_leaves_no_superuser_fails_and_says_whom_it_takes(people: People) -> None:
    maria = people.uuid("maria")
    configuration_services.delete(uuid=maria, by=MARIA, at=people.tick())

    with pytest.raises(JobFailed) as caught:
        people.commit()

    assert "maria is the last enabled superuser" in str(caught.value)
    assert people.signs_in("maria")


def test_a_broken_rule_is_said_and_nothing_is_saved(people: People) -> None:
    draft = AdministratorDraft(Administrator("a b", Role.CUSTOM), "x", "y")

    with pytest.raises(AdministratorRefused) as caught:
        services.add(draft=draft, by=MARIA, at=people.tick())

    assert {problem.field for problem in caught.value.problems} == {"name", "role", "confirmation"}
    assert len(queries.admins()) == 1


def test_only_a_superuser_changes_admins_and_roles(people: People) -> None:
    by = Actor("paul", Role.DEVICEADMIN)
    draft = AdministratorDraft(Administrator("a"), "x", "x")
    at = people.tick()

    for forbidden in (
        lambda: services.add(draft=draft, by=by, at=at),
        lambda: services.change(uuid=people.uuid("maria"), draft=draft, by=by, at=at),
        lambda: services.delete(uuids=[], by=by, at=at),
        lambda: role_services.save(role=AUDITOR, by=by, at=at),
        lambda: role_services.delete(uuids=[], by=by, at=at),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_objects_of_other_kinds_are_neither_admins_nor_roles(people: People) -> None:
    with pytest.raises(NotFound):
        queries.role(people.uuid("maria"))
    with pytest.raises(NotFound):
        queries.admin(people.give(AUDITOR))
    with pytest.raises(Refused):
        people.give(AdminRole(""))


def test_what_the_validation_finds_is_said_with_object_and_field(people: People) -> None:
    at = people.tick()
    for kind, name, xml in (
        ("admin", "odd", '<entry name="odd"><x/></entry>'),
        (
            "admin",
            "bare",
            (
                '<entry name="bare"><permissions><role-based><custom><profile>gone</profile>'
                "</custom></role-based></permissions></entry>"
            ),
        ),
        ("admin-role", "bad", '<entry name="bad"/>'),
    ):
        configuration_services.put(
            kind=kind, location=Location("device"), name=name, xml=xml, by=MARIA, at=at
        )
    found = {
        (problem.name, problem.field)
        for section in ("admin", "admin-role")
        for problem in registry.section(section).validate(configuration.candidate_document())
    }

    assert found == {("odd", ""), ("bare", "role"), ("bare", "password"), ("bad", "")}


def test_what_the_device_asks_of_passwords_is_asked_of_an_administrator_s(
    people: People, in_force: InForce
) -> None:
    in_force.password(minimum_length=20)

    with pytest.raises(AdministratorRefused) as caught:
        people.hire("alice")

    assert [problem.field for problem in caught.value.problems] == ["password"]


def test_sections_offer_names_and_lead_to_dialogs(people: People) -> None:
    role = people.give(AUDITOR)
    maria = people.uuid("maria")
    admins, roles = (registry.section(kind) for kind in ("admin", "admin-role"))
    here = Location("device")

    assert admins.choices(purpose="", location=here) == ["maria"]
    assert roles.choices(purpose="", location=here) == ["auditor"]
    assert admins.url(uuid=maria) == f"/device/administrators/{maria}/"
    assert roles.url(uuid=role) == f"/device/admin-roles/{role}/"
    assert roles.references(kind="admin", names=["maria"]) == []


def test_a_partial_commit_does_not_leave_an_administrator_without_the_role(
    people: People,
) -> None:
    people.give(AUDITOR)
    people.hire("rita", Role.CUSTOM, "auditor", by=Actor("paul"))

    with pytest.raises(JobFailed, match="without others"):
        people.commit_some(scope={"admins": ["paul"]})
