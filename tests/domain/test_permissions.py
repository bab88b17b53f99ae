"""Who may do what, where."""

import pytest

from domain import permissions
from domain.actions import Action, Page
from domain.actors import Actor, Role
from domain.locations import DEVICE, SHARED, VSYS1, Location
from domain.permissions import PREDEFINED, Grant

VSYS2 = Location("vsys2")
WRITING = [page.write for page in Page if page.is_writable]
VSYS_ADMIN = Actor("vera", Role.VSYSADMIN, scope=(VSYS1,))
VSYS_READER = Actor("vic", Role.VSYSREADER, scope=(VSYS1,))


def test_the_table_knows_every_action_and_every_predefined_role() -> None:
    assert list(permissions.TABLE) == list(Action)
    assert {len(row) for row in permissions.TABLE.values()} == {len(PREDEFINED)}


@pytest.mark.parametrize("action", Action)
def test_a_superuser_may_do_everything_everywhere(action: Action) -> None:
    assert all(permissions.may(Actor("maria"), action, where) for where in (None, DEVICE, VSYS2))


@pytest.mark.parametrize("role", [Role.SUPERREADER, Role.DEVICEREADER, Role.VSYSREADER])
@pytest.mark.parametrize("action", [*WRITING, Action.COMMIT, Action.LOAD, Action.MANAGE_JOBS])
def test_a_reader_changes_nothing(role: Role, action: Action) -> None:
    assert not permissions.may(Actor("rita", role, scope=(VSYS1,)), action)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERUSER])
@pytest.mark.parametrize("page", [Page.ADMINISTRATORS, Page.ADMIN_ROLES, Page.VIRTUAL_SYSTEMS])
def test_only_a_superuser_makes_admins_and_virtual_systems(role: Role, page: Page) -> None:
    everything = permissions.grantable(of_vsys=False)

    assert not permissions.may(Actor("vera", role, (VSYS1,), "", everything), page.write)


@pytest.mark.parametrize(
    ("by", "action", "location", "allowed"),
    [
        (VSYS_ADMIN, Action.WRITE_SCEP, VSYS1, True),
        (VSYS_ADMIN, Action.WRITE_SCEP, VSYS2, False),
        (VSYS_ADMIN, Action.WRITE_SCEP, SHARED, False),
        (VSYS_ADMIN, Action.WRITE_SCEP, None, True),
        (VSYS_ADMIN, Action.READ_SCEP, SHARED, True),
        (VSYS_READER, Action.READ_SCEP, VSYS1, True),
        (VSYS_READER, Action.READ_SCEP, VSYS2, False),
        (VSYS_READER, Action.READ_SCEP, DEVICE, False),
        (VSYS_ADMIN, Action.READ_SETUP, None, False),
        (Actor("maria", scope=(VSYS1,)), Action.WRITE_SCEP, VSYS2, False),
        (Actor("maria", scope=(VSYS1,)), Action.CHANGE_OWN_PASSWORD, DEVICE, True),
    ],
)
def test_the_scope_says_where(
    by: Actor, action: Action, location: Location | None, *, allowed: bool
) -> None:
    assert permissions.may(by, action, location) is allowed


@pytest.mark.parametrize("location", [None, VSYS1, SHARED])
def test_an_admin_of_virtual_systems_who_has_none_sees_nothing(location: Location | None) -> None:
    assert not permissions.may(Actor("nobody", Role.VSYSADMIN), Action.READ_SCEP, location)


def test_a_custom_role_allows_what_it_names_and_ones_own_password() -> None:
    by = Actor("cleo", Role.CUSTOM, permitted=frozenset({Action.READ_SCEP}))

    allowed = {action for action in Action if permissions.may(by, action)}

    assert allowed == {Action.READ_SCEP, Action.CHANGE_OWN_PASSWORD}


def test_a_custom_role_of_virtual_systems_is_kept_to_them() -> None:
    by = Actor("cleo", Role.CUSTOM, (VSYS1,), permitted=frozenset({Action.WRITE_SCEP}))

    assert permissions.may(by, Action.WRITE_SCEP, VSYS1)
    assert not permissions.may(by, Action.WRITE_SCEP, VSYS2)


def test_a_custom_role_can_give_what_the_admin_of_its_kind_has() -> None:
    of_device = permissions.grantable(of_vsys=False)
    of_vsys = permissions.grantable(of_vsys=True)

    assert of_vsys < of_device < set(Action)
    assert Action.WRITE_SETUP in of_device - of_vsys


def test_who_to_ask_are_those_who_may_do_it_everywhere() -> None:
    assert permissions.roles_with(Action.WRITE_SCEP) == (Role.SUPERUSER, Role.DEVICEADMIN)
    assert permissions.granted(Role.VSYSADMIN, Action.WRITE_SCEP) is Grant.OWN
