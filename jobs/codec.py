"""How a job's row remembers who asked for it. Pure."""

from typing import Any

from domain.actions import Action
from domain.actors import Actor, Role
from domain.locations import Location


def actor_to_json(actor: Actor) -> dict[str, Any]:
    """Return an actor as JSON values."""
    return {
        "name": actor.name,
        "role": actor.role.value,
        "scope": [location.key for location in actor.scope],
        "address": actor.address,
        "permitted": sorted(actor.permitted),
    }


def actor_from_json(value: dict[str, Any]) -> Actor:
    """Return the actor that :func:`actor_to_json` wrote."""
    return Actor(
        name=value["name"],
        role=Role(value["role"]),
        scope=tuple(Location(key) for key in value["scope"]),
        address=value["address"],
        permitted=frozenset(Action(name) for name in value.get("permitted", ())),
    )
