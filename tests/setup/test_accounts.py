"""Accounts: what is in force of administrators follows the running configuration."""

import pytest

from configuration import queries as configuration
from configuration import services as configuration_services
from configuration.locking import LockKind
from configuration.sources import Source, SourceKind
from device import access
from device import services as device
from device.models import Admin
from domain.actions import Action, Page
from domain.actors import Actor, Role
from domain.locations import Location
from jobs import queries as jobs_queries
from jobs import services as jobs
from setup.queries import admins as queries
from setup.services import accounts
from setup.services.accounts import OwnPasswordRefused
from setup.spec.admin import Administrator
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


def test_a_commit_that_is_rolled_back_gives_the_accounts_of_before(people: People) -> None:
    alice = people.hire("alice", Role.SUPERREADER)
    people.commit()
    people.change(alice, Administrator("alice", Role.DEVICEADMIN))
    people.hire("bob")
    people.commit_some(confirm_within_min=5)
    assert people.signs_in("bob")

    configuration_services.roll_back(number=2, job_id=99, by=MARIA, at=people.tick())

    assert access.actor_named("alice").role is Role.SUPERREADER
    assert not Admin.objects.filter(username="bob").exists()
    assert people.signs_in("maria")


def test_a_partial_commit_takes_the_accounts_of_its_scope_only(people: People) -> None:
    people.hire("alice")
    people.hire("bob", by=Actor("paul"))

    people.commit_some(scope={"admins": ["paul"]})

    assert people.signs_in("bob")
    assert not people.signs_in("alice")


def test_a_revision_that_is_loaded_brings_its_accounts_with_the_commit(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    people.dismiss(alice)
    people.commit()

    source = Source(SourceKind.REVISION, number=1)
    configuration_services.load_source(source=source, by=MARIA, at=people.tick())
    assert not people.signs_in("alice")
    people.commit()

    assert people.signs_in("alice")


def test_names_stay_in_locks_jobs_and_changes_when_an_admin_goes(people: People) -> None:
    alice = people.hire("alice")
    people.commit()
    by = access.actor_named("alice")
    at = people.tick()
    configuration_services.locks.take(
        kind=LockKind.COMMIT, location=Location("vsys1"), by=by, at=at
    )
    job = jobs.enqueue(kind="validate", arguments={}, by=by, at=at)
    people.add(2, by=by)
    people.dismiss(alice)
    people.commit_some(scope={"admins": ["maria"]})

    [lock] = configuration.locks()
    [change] = configuration.pending_changes()
    assert (lock.owner, change.admins, jobs_queries.job(job).admin) == (
        "alice",
        ("alice",),
        "alice",
    )
    assert not Admin.objects.filter(username="alice").exists()
    configuration_services.locks.remove(lock_id=lock.id, by=MARIA, at=at)
