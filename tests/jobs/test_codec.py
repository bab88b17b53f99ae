"""Who asked for a job, as JSON and back."""

import json

import pytest

from domain.actions import Action
from domain.actors import SYSTEM, Actor, Role
from domain.locations import SHARED, VSYS1
from jobs import codec


@pytest.mark.parametrize(
    "actor",
    [
        pytest.param(SYSTEM, id="the device itself"),
        pytest.param(
            Actor(
                "vera",
                Role.CUSTOM,
                (VSYS1, SHARED),
                "192.0.2.1",
                frozenset({Action.READ_SCEP, Action.COMMIT}),
            ),
            id="all fields",
        ),
    ],
)
def test_an_actor_comes_back(actor: Actor) -> None:
    text = json.dumps(codec.actor_to_json(actor))

    assert codec.actor_from_json(json.loads(text)) == actor


def test_the_row_of_an_earlier_version_has_no_permissions() -> None:
    value = codec.actor_to_json(Actor("vera"))
    del value["permitted"]

    assert codec.actor_from_json(value) == Actor("vera")
