"""Who does something."""

from domain.actors import SYSTEM, Actor, Role


def test_an_actor_is_a_superuser_everywhere_unless_told_otherwise() -> None:
    actor = Actor(name="maria")

    assert (actor.role, actor.scope, actor.address) == (Role.SUPERUSER, (), "")


def test_the_device_itself_acts_as_system() -> None:
    assert SYSTEM.name == "system"


def test_roles_of_virtual_systems_are_always_limited_to_some() -> None:
    assert [role for role in Role if role.is_of_vsys] == [Role.VSYSADMIN, Role.VSYSREADER]
