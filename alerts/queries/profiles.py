"""Server profiles and alert settings: the candidate's for pages, the running for sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from alerts import codec
from alerts.fields import KINDS, SERVERS, Kind
from alerts.spec import SETTINGS, SETTINGS_NAME, AlertSettings, Server, Value
from configuration import queries as configuration
from configuration.queries import ConfigObject
from domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Item:
    """An object of the candidate.

    Attributes:
        uuid: its identity; ``None`` for settings that were never saved.
        version: what its next save is compared with.
        state: how it stands against the running configuration.
    """

    kind: Kind
    name: str
    value: Value
    uuid: UUID | None
    version: int | None
    state: configuration.ObjectState


@dataclass(frozen=True, slots=True)
class Target:
    """A server profile to send to.

    Attributes:
        kind: key of its kind.
    """

    kind: str
    name: str
    uuid: UUID
    server: Server


def kind_of(slug: str) -> Kind:
    """Return the kind of server profiles that a URL names.

    Raises:
        NotFound: there is none.
    """
    if slug not in SERVERS:
        raise NotFound("There is no such kind of server profile.")
    return SERVERS[slug]


def items(kind: Kind) -> list[Item]:
    """List the candidate's server profiles of a kind, by name."""
    states = configuration.state_of(kind.key)
    return [
        Item(
            kind,
            found.name,
            codec.from_xml(kind, found.xml),
            found.uuid,
            found.version,
            states.get(found.uuid, "committed"),
        )
        for found in configuration.candidates(kind.key)
    ]


def item(kind: Kind, uuid: UUID) -> Item:
    """Return a server profile of the candidate.

    Raises:
        NotFound: the candidate has no such profile.
    """
    for one in items(kind):
        if one.uuid == uuid:
            return one
    raise NotFound("There is no such server profile.", hint="It may have been deleted.")


def settings() -> Item:
    """Return the alert settings of the candidate."""
    kind = KINDS[SETTINGS]
    found = items(kind)
    if found:
        return found[0]
    return Item(kind, SETTINGS_NAME, kind.default, None, None, "committed")


def names() -> Mapping[str, list[str]]:
    """Return the names of the candidate's server profiles, by kind."""
    return {
        kind.key: [found.name for found in configuration.candidates(kind.key)]
        for kind in SERVERS.values()
    }


def in_force() -> tuple[AlertSettings, list[Target]]:
    """Return the running alert settings and the running server profiles that they name."""
    found = configuration.running_objects(SETTINGS)
    if not found:
        return AlertSettings(), []
    chosen = cast("AlertSettings", codec.from_xml(KINDS[SETTINGS], found[0].xml))
    targets = [
        _target(profile)
        for kind, name in chosen.targets
        for profile in configuration.running_objects(kind)
        if profile.name == name
    ]
    return chosen, targets


def target(uuid: UUID, *, of_candidate: bool) -> Target | None:
    """Return a server profile of the candidate or of the running configuration; None if gone."""
    found = configuration.candidate(uuid) if of_candidate else configuration.running(uuid)
    return None if found is None or found.kind not in KINDS else _target(found)


def _target(found: ConfigObject) -> Target:
    server = cast("Server", codec.from_xml(KINDS[found.kind], found.xml))
    return Target(found.kind, found.name, found.uuid, server)
