"""Reads of SCEP profiles: the list, one to edit, and what is running."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.locations import Location
from profiles.spec import ScepProfileSpec


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One row of the list of candidate profiles.

    Attributes:
        uuid: of the configured object.
        spec: every field.
        state: ``"committed"``, ``"new"`` or ``"changed"``.
    """

    uuid: UUID
    spec: ScepProfileSpec
    state: str


@dataclass(frozen=True, slots=True)
class CandidateProfile:
    """A candidate profile to be edited.

    Attributes:
        uuid: of the configured object.
        version: what the profile's next save is compared with.
        spec: every field.
    """

    uuid: UUID
    version: int
    spec: ScepProfileSpec


@dataclass(frozen=True, slots=True)
class RunningProfile:
    """A profile of the running configuration.

    Attributes:
        uuid: of the configured object.
        spec: every field.
        digest: of its canonical XML; changes when the profile does.
    """

    uuid: UUID
    spec: ScepProfileSpec
    digest: str


def profile_rows() -> list[ProfileRow]:
    """All candidate profiles with their state, by location and name."""
    raise NotImplementedError


def candidate_profile(uuid: UUID) -> CandidateProfile:
    """The candidate profile.

    Raises:
        NotFound: no candidate profile has this UUID.
    """
    raise NotImplementedError


def candidate_profiles(uuids: Sequence[UUID]) -> list[CandidateProfile]:
    """Those of the given candidate profiles that exist, by location and name."""
    raise NotImplementedError


def running_profile(uuid: UUID) -> RunningProfile | None:
    """The running profile, or ``None`` when no running profile has this UUID."""
    raise NotImplementedError


def running_profiles() -> list[RunningProfile]:
    """Every running profile, by location and name."""
    raise NotImplementedError


def uncommitted() -> list[tuple[Location, str]]:
    """Location and name of candidate profiles that are not running yet, in that order."""
    raise NotImplementedError
