"""Administrators and admin roles: edited in the candidate, in force after the commit."""

import pytest

from configuration import queries as configuration
from configuration import registry
from configuration import services as configuration_services
from device import access
from device import services as device
from device.models import Admin
from domain.actions import Action, Page
from domain.actors import Actor, Role
from domain.errors import Forbidden, InUse, NotFound, Refused
from domain.locations import Location
from jobs.handlers import JobFailed
from setup.queries import admins as queries
from setup.services import accounts
from setup.services import admin as services
from setup.services import admin_role as role_services
from setup.services.accounts import OwnPasswordRefused
from setup.services.admin import AdministratorRefused
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole
from tests.setup.people import PASSWORD, People
from tests.setup.workbench import MARIA, Workbench

pytestmark = pytest.mark.django_db

VSYS2 = Location("vsys2")
AUDITOR = AdminRole("auditor", permitted=frozenset({Page.SCEP.read}))
BRANCH = AdminRole("branch", of_vsys=True, permitted=frozenset({Page.SCEP.read, Action.COMMIT}))


def test_the_first_admin_is_configured_from_the_start_and_nothing_is_pending(
    people: People,
) -> None:
    assert [item.admin.name for item in queries.admins()] == ["maria"]
    assert configuration.pending_count() == 0
    assert [admin.name for _, admin in queries.running_admins()] == ["maria"]
    running = configuration.running_revision()
    assert running is not None
    assert running.number == 0
    assert people.signs_in("maria")


def test_the_first_commit_is_revision_1_all_the_same(people: People) -> None:
    people.hire("alice")
    people.commit()

    running = configuration.running_revision()
    assert running is not None
    assert running.number == 1


def test_accounts_of_before_are_in_every_revision_there_is(bench: Workbench) -> None:
    bench.add(2)
    bench.commit()
    device.create_admin(username="maria", password=PASSWORD, at=bench.now)

    accounts.found(at=bench.now)
    accounts.found(at=bench.now)

    assert configuration.pending_count() == 0
    assert [e.kind for e in configuration.entries_of(0)] == ["admin"]
    assert [e.kind for e in configuration.entries_of(1)] == ["admin", "vsys"]
    bench.add(3)
    bench.commit()


def test_an_account_comes_with_the_commit(people: People) -> None:
    people.hire("alice", Role.VSYSADMIN, "", Location("vsys1"))
    assert not people.signs_in("alice")

    people.commit()

    assert people.signs_in("alice")
    alice = access.actor_named("alice")
    assert (alice.role, alice.scope) == (Role.VSYSADMIN, (Location("vsys1"),))


def test_an_account_is_disabled_and_enabled_by_commits(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    people.change(alice, Administrator("alice", enabled=False))
    assert people.signs_in("alice")

    people.commit()
    assert not people.signs_in("alice")

    people.change(alice, Administrator("alice"))
    people.commit()
    assert people.signs_in("alice")


def test_an_account_goes_with_the_commit(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    people.dismiss(alice)
    assert people.signs_in("alice")

    people.commit()

    assert not Admin.objects.filter(username="alice").exists()


def test_a_new_account_of_an_old_name_is_another_one(people: People) -> None:
    alice = people.hire("alice", Role.SUPERREADER)
    people.commit()
    people.dismiss(alice)
    people.hire("alice", Role.DEVICEREADER)

    people.commit()

    assert access.actor_named("alice").role is Role.DEVICEREADER


def test_a_new_password_is_in_force_after_the_commit(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    people.change(alice, Administrator("alice"), "Green-Harbor-43")
    assert people.signs_in("alice", PASSWORD)

    people.commit()

    assert people.signs_in("alice", "Green-Harbor-43")
    assert not people.signs_in("alice", PASSWORD)


def test_a_change_of_the_role_alone_keeps_the_password(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    before = Admin.objects.get(username="alice").password

    people.change(alice, Administrator("alice", Role.SUPERREADER))
    people.commit()

    assert Admin.objects.get(username="alice").password == before


def test_ones_own_password_is_in_force_at_once_and_stays_after_commits(people: People) -> None:
    alice = people.hire("alice", Role.SUPERREADER)
    people.commit()

    accounts.change_own_password(
        present=PASSWORD,
        password="Mine-1",
        confirmation="Mine-1",
        by=access.actor_named("alice"),
        at=people.tick(),
    )

    assert people.signs_in("alice", "Mine-1")
    assert configuration.pending_count() == 0
    people.change(alice, Administrator("alice", Role.DEVICEADMIN))
    people.commit()
    assert people.signs_in("alice", "Mine-1")


@pytest.mark.parametrize(
    ("present", "confirmation", "field"),
    [("wrong", "Mine-1", "present"), (PASSWORD, "Mine-2", "confirmation")],
)
def test_ones_own_password_stays_when_it_was_typed_wrongly(
    people: People, present: str, confirmation: str, field: str
) -> None:
    with pytest.raises(OwnPasswordRefused) as caught:
        accounts.change_own_password(
            present=present,
            password="Mine-1",
            confirmation=confirmation,
            by=MARIA,
            at=people.tick(),
        )

    assert [problem.field for problem in caught.value.problems] == [field]
    assert people.signs_in("maria")


def test_a_reset_holds_whatever_the_candidate_says(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    people.change(alice, Administrator("alice"), "Pending-1")

    accounts.set_password(username="alice", password="Reset-1", at=people.tick())
    assert people.signs_in("alice", "Reset-1")

    people.commit()
    assert people.signs_in("alice", "Reset-1")


def test_what_a_custom_role_allows_follows_the_commit(people: People) -> None:
    role = people.give(AUDITOR)
    people.hire("rita", Role.CUSTOM, "auditor")
    people.commit()
    rita = access.actor_named("rita")
    assert access.may(rita, Page.SCEP.read)
    assert not access.may(rita, Page.TASKS.read)

    people.give(AdminRole("auditor", permitted=frozenset({Page.TASKS.read})), role)
    assert not access.may(access.actor_named("rita"), Page.TASKS.read)
    people.commit()

    assert access.may(access.actor_named("rita"), Page.TASKS.read)
    assert not access.may(access.actor_named("rita"), Page.SCEP.read)


def test_a_custom_role_of_virtual_systems_is_limited_to_them(people: People) -> None:
    people.add(2)
    people.give(BRANCH)
    people.hire("rita", Role.CUSTOM, "branch", VSYS2)
    people.commit()

    rita = access.actor_named("rita")

    assert access.may(rita, Action.COMMIT, VSYS2)
    assert not access.may(rita, Action.COMMIT, Location("vsys1"))


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
