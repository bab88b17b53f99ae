"""Every role, every action, every door: allowed or refused as the table in docs/roles.md says."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

import pytest

from django.core.management import (
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)
from django.db import transaction

from domain.actions import Action
from domain.actors import Role
from domain.errors import Forbidden
from domain.locations import SHARED, Location
from domain.permissions import PREDEFINED, Grant, granted
from tests.roles.attempts import Probe
from tests.roles.probes import PROBES
from tests.roles.world import OWN, World
from tests.scepadmin.test_routes import ROUTES

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db

REFUSAL: Final = "Your role does not allow"

FAKED: Final = " done"
"""End of what the fake jobs say: a command whose job ended was allowed, whatever came of it."""

COMMANDS: Final = {
    "commit",
    "enroll",
    "export_certificate",
    "export_configuration",
    "import_certificate",
    "import_configuration",
}
"""What the probes run."""

TRIED_ELSEWHERE: Final = {
    "commit_confirm": "needs a commit to be confirmed: tests/configuration/test_confirmation.py",
    "renew_due": "asks the service of Renew for each: tests/certificates/test_renew_due.py",
}

Found = dict[tuple[Role, Location], bool]


def _expected(probe: Probe) -> Found:
    return {
        (role, place): _is_allowed(role, probe.action, place)
        for role in PREDEFINED
        for place in probe.places
    }


def _is_allowed(role: Role, action: Action, place: Location) -> bool:
    """Read the table as its page explains it."""
    match granted(role, action):
        case Grant.YES:
            return True
        case Grant.NO:
            return False
        case Grant.OWN:
            return place == OWN or (action.is_read and place == SHARED)


def _tried(probe: Probe, attempt: Callable[[Role, Location], bool]) -> Found:
    """Try in every place as every role; each attempt leaves nothing behind."""
    found = {}
    for role, place in _expected(probe):
        with transaction.atomic():
            found[role, place] = attempt(role, place)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("probe", [one for one in PROBES if callable(one.service)], ids=str)
def test_services_obey_the_table(probe: Probe, world: World) -> None:
    def attempt(role: Role, place: Location) -> bool:
        assert callable(probe.service)
        try:
            probe.service(world, world.admin(role), place)
        except Forbidden:
            return False
        return True

    assert _tried(probe, attempt) == _expected(probe)


@pytest.mark.parametrize("probe", [one for one in PROBES if callable(one.page)], ids=str)
def test_pages_obey_the_table(probe: Probe, world: World) -> None:
    def attempt(role: Role, place: Location) -> bool:
        assert callable(probe.page)
        browser = world.browser(role)
        response = cast("HttpResponse", probe.page(world, world.admin(role), place, browser))
        body = b"".join(cast("list[bytes]", response)).decode(errors="replace")
        is_done = response.status_code in {200, 204, 302, 303}
        assert is_done is not (response.status_code in {403, 404, 409, 422}), body
        return is_done

    assert _tried(probe, attempt) == _expected(probe)


@pytest.mark.parametrize("probe", [one for one in PROBES if callable(one.command)], ids=str)
def test_commands_obey_the_table(probe: Probe, world: World) -> None:
    def attempt(role: Role, place: Location) -> bool:
        assert callable(probe.command)
        arguments = probe.command(world, world.admin(role), place)
        assert arguments[0] in COMMANDS
        try:
            call_command(*arguments, "--by", role.value, stdout=io.StringIO())
        except CommandError as error:
            is_refused = REFUSAL in str(error)
            if not is_refused and FAKED not in str(error):
                raise
            return not is_refused
        return True

    assert _tried(probe, attempt) == _expected(probe)


def test_every_action_has_a_probe() -> None:
    assert {probe.action for probe in PROBES} == set(Action)


def test_every_action_that_writes_is_tried_through_a_service() -> None:
    """What only reads is asked for by views; the logs' export reads, too."""
    reading = {action for action in Action if action.is_read} | {Action.EXPORT_LOGS}

    assert {probe.action for probe in PROBES if callable(probe.service)} == set(Action) - reading


def test_every_action_that_a_route_asks_for_is_tried_through_a_page() -> None:
    asked = {getattr(view, "required_action", None) for view in ROUTES.values()} - {None}

    assert asked <= {probe.action for probe in PROBES if callable(probe.page)}


def test_every_command_that_acts_as_an_admin_is_tried_or_tried_elsewhere() -> None:
    acting = {
        name
        for name, app in get_commands().items()
        if "--by" in load_command_class(app, name).create_parser("manage.py", name).format_help()
    }

    assert acting == COMMANDS | TRIED_ELSEWHERE.keys()
