"""What the Generate dialog offers."""

from dataclasses import dataclass
from uuid import UUID

from device import queries as device
from domain.locations import Location
from profiles import queries as profiles
from profiles.subject import Token, tokens_used


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A running profile to generate with.

    Attributes:
        fields: names of the token fields that its subject or SAN uses.
    """

    uuid: UUID
    name: str
    location: Location
    subject: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class GenerateChoices:
    """What the Generate dialog offers.

    Attributes:
        profiles: running profiles, by location and name.
        uncommitted: profiles that cannot be used before a commit.
        locations: where the certificate may go.
        serial: the device's serial number, which stands for $UDID and $HOSTID of the device.
    """

    profiles: tuple[ProfileChoice, ...]
    uncommitted: tuple[tuple[Location, str], ...]
    locations: tuple[Location, ...]
    serial: str


def generate_choices() -> GenerateChoices:
    """Return what the Generate dialog offers now."""
    running = tuple(
        ProfileChoice(
            profile.uuid,
            profile.spec.name,
            profile.spec.location,
            profile.spec.subject,
            frozenset(field_of(token) for token in tokens_used(profile.spec)),
        )
        for profile in profiles.running_profiles()
    )
    return GenerateChoices(
        running,
        tuple(profiles.uncommitted()),
        tuple(device.locations()),
        device.facts().serial,
    )


def field_of(token: Token) -> str:
    """Name the form field of a token: ``$USERNAME`` is ``username``."""
    return token.value[1:].lower()
