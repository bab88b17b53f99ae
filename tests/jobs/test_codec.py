"""Who asked for a job, as JSON and back."""

import json

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.locations import SHARED, VSYS1
from jobs import codec


@pytest.mark.parametrize(
    "actor",
    [
        pytest.param(SYSTEM, id="the device itself"),
        pytest.param(
            Actor("vera", Role.SUPERREADER, (VSYS1, SHARED), "192.0.2.1"), id="all fields"
        ),
    ],
)
def test_an_actor_comes_back(actor: Actor) -> None:
    text = json.dumps(codec.actor_to_json(actor))

    assert codec.actor_from_json(json.loads(text)) == actor
