"""What the Generate dialog offers."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates.models import MaterialStatus
from certificates.queries import in_candidate
from device import queries as device
from domain.errors import NotFound, Refused
from domain.locations import DEVICE, Location
from profiles import queries as profiles
from profiles.spec import ScepProfileSpec
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
        locations: where the certificate may go, with what admins see for each; empty on a device
            with one virtual system, where nobody is asked.
        serial: the device's serial number, which stands for $UDID and $HOSTID of the device.
    """

    profiles: tuple[ProfileChoice, ...]
    uncommitted: tuple[tuple[Location, str], ...]
    locations: Mapping[Location, str]
    serial: str


def generate_choices(seen: Container[Location] | None = None) -> GenerateChoices:
    """Return what the Generate dialog offers now, of the locations seen; ``None`` sees all."""
    facts = device.facts()
    locations = device.location_labels() if facts.multi_vsys else {}
    running = tuple(
        ProfileChoice(
            profile.uuid,
            profile.spec.name,
            profile.spec.location,
            profile.spec.subject,
            frozenset(field_of(token) for token in tokens_used(profile.spec)),
        )
        for profile in profiles.running_profiles()
        if seen is None or profile.spec.location in seen
    )
    return GenerateChoices(
        running,
        tuple(one for one in profiles.uncommitted() if seen is None or one[0] in seen),
        {
            place: label
            for place, label in locations.items()
            if place != DEVICE and (seen is None or place in seen)
        },
        facts.serial,
    )


@dataclass(frozen=True, slots=True)
class SignerChoice:
    """A CA that can sign on this device."""

    uuid: UUID
    name: str
    location: Location


def signers(at: datetime, seen: Container[Location] | None = None) -> list[SignerChoice]:
    """List the CAs whose key is here and that are valid, of the locations seen, by name."""
    rows = in_candidate().filter(
        is_ca=True,
        status=MaterialStatus.VALID,
        key_secret__isnull=False,
        not_after__gt=at,
    )
    found = [
        SignerChoice(row.entry_id, row.entry.object.name, Location(row.entry.object.location))
        for row in rows
    ]
    offered = (one for one in found if seen is None or one.location in seen)
    return sorted(offered, key=lambda one: (one.name, one.location))


def token_fields(spec: ScepProfileSpec) -> dict[str, str]:
    """Name the token fields that one profile uses, each with the value the device has for it."""
    used = {field_of(token) for token in tokens_used(spec)}
    serial = device.facts().serial
    known = {"username": "", "emailaddress": "", "hostid": serial, "udid": serial}
    return {name: value for name, value in known.items() if name in used}


def profile_named(name: str, location: Location | None) -> UUID:
    """Find a running profile by its name.

    Args:
        name: of the profile.
        location: where the certificate goes: its own profiles come first, then Shared's; ``None``
            takes the only profile of this name, wherever it is.

    Raises:
        NotFound: there is no such running profile.
        Refused: there are several, and no location says which is meant.
    """
    found = {
        profile.spec.location: profile.uuid
        for profile in profiles.running_profiles()
        if profile.spec.name == name and (location is None or location.sees(profile.spec.location))
    }
    if not found:
        waits = any(name == waiting for _, waiting in profiles.uncommitted())
        hint = "It is not committed yet: commit it first." if waits else ""
        raise NotFound(f"There is no committed SCEP profile named {name}.", hint=hint)
    if location in found:
        return found[location]
    if len(found) > 1:
        message = f"There are SCEP profiles named {name} in several locations."
        raise Refused(message, hint="Give the location.")
    return next(iter(found.values()))


def field_of(token: Token) -> str:
    """Name the form field of a token: ``$USERNAME`` is ``username``."""
    return token.value[1:].lower()
