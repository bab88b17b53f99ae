"""Nobody sees a link or a button that would be refused, on any page and in any dialog."""

import pytest

from domain.actions import Action, Page
from domain.actors import Actor, Role
from domain.permissions import PREDEFINED
from tests.roles.visitor import Visitor
from tests.roles.world import MARIA, OTHER, OWN, World

pytestmark = pytest.mark.django_db


def _furnish(world: World) -> None:
    """Let there be something of everybody's on each page."""
    world.lock()
    world.job(MARIA)
    for place in (OWN, OTHER):
        world.edit(place, MARIA)


@pytest.mark.parametrize("role", PREDEFINED, ids=str)
def test_a_role_sees_nothing_that_it_is_refused(world: World, role: Role) -> None:
    _furnish(world)
    world.job(world.admin(role))
    visitor = Visitor(world.browser(role))

    visitor.visit("/")

    assert not visitor.refused, "\n".join(visitor.refused)
    assert visitor.pressed
    assert len(visitor.visited) > 20


def test_who_may_read_every_page_sees_no_button_to_change_one(world: World) -> None:
    _furnish(world)
    reads = {page.read for page in Page}
    visitor = Visitor(world.custom(reads))

    visitor.visit("/")

    assert not visitor.refused, "\n".join(visitor.refused)
    assert len(visitor.visited) > 20


def test_who_commits_own_changes_only_is_offered_no_others(world: World) -> None:
    may = {Action.COMMIT, *(page.read for page in Page)}
    visitor = Visitor(world.custom(may))
    world.edit(OTHER, MARIA)

    visitor.look_at("/commit/")
    alone = visitor.pressed
    world.edit(OWN, Actor("custom"))
    visitor.look_at("/commit/")

    assert not visitor.refused, "\n".join(visitor.refused)
    assert visitor.pressed > alone + 1
