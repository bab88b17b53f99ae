"""Reads of the management settings: the candidate's for the page, the running for the device."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from configuration import queries as configuration
from device.spec import (
    AuthenticationSettings,
    Banners,
    GeneralSettings,
    Management,
    PasswordComplexity,
)
from domain.errors import NotFound
from setup.codec import management as codec
from setup.spec.management import CARDS, KIND, Card, Value


@dataclass(frozen=True, slots=True)
class CandidateCard:
    """A card of the candidate.

    Attributes:
        value: what the candidate says, defaults where it says nothing.
        uuid: of the configured object; None while everything is at its default.
        version: what its next save is compared with.
        state: how it stands against the running configuration.
    """

    card: Card
    value: Value
    uuid: UUID | None
    version: int | None
    state: configuration.ObjectState


def in_force() -> Management:
    """Return the settings of the running configuration; one query."""
    running = {item.name: item.xml for item in configuration.running_objects(KIND)}
    general, authentication, banners, password = (
        codec.from_xml(card.name, running[card.name]) if card.name in running else card.default
        for card in CARDS.values()
    )
    return Management(
        cast("GeneralSettings", general),
        cast("AuthenticationSettings", authentication),
        cast("PasswordComplexity", password),
        cast("Banners", banners),
    )


def cards() -> list[CandidateCard]:
    """List the cards of the candidate in the order of the page."""
    found = {item.name: item for item in configuration.candidates(KIND)}
    states = configuration.state_of(KIND)
    return [
        CandidateCard(
            card,
            codec.from_xml(card.name, found[card.name].xml),
            found[card.name].uuid,
            found[card.name].version,
            states.get(found[card.name].uuid, "committed"),
        )
        if card.name in found
        else CandidateCard(card, card.default, None, None, "committed")
        for card in CARDS.values()
    ]


def card(name: str) -> CandidateCard:
    """Return a card of the candidate.

    Raises:
        NotFound: there is no card with this name.
    """
    for item in cards():
        if item.card.name == name:
            return item
    raise NotFound(f"There are no settings named {name}.", hint="Go back to the page.")


def card_of(uuid: UUID) -> CandidateCard | None:
    """Return the card whose object has this identity."""
    return next((item for item in cards() if item.uuid == uuid), None)
