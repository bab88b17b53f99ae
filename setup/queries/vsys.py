"""Reads of virtual systems: the candidate's, always with vsys1."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from configuration import queries as configuration
from configuration import registry
from domain.errors import NotFound
from domain.locations import Location
from setup.codec import vsys as codec
from setup.spec.vsys import KIND, NUMBER_MAX, VSYS1, VirtualSystem


@dataclass(frozen=True, slots=True)
class CandidateVsys:
    """A virtual system of the candidate.

    Attributes:
        system: number and display name.
        uuid: of the configured object; ``None`` for vsys1 while it has no display name.
        version: what its next save is compared with.
    """

    system: VirtualSystem
    uuid: UUID | None
    version: int | None

    @property
    def can_be_deleted(self) -> bool:
        """Whether it may ever be deleted: vsys1 may not."""
        return self.system.number != VSYS1.number


@dataclass(frozen=True, slots=True)
class VsysRow:
    """One row of the list of virtual systems.

    Attributes:
        item: the virtual system.
        state: how it stands against the running configuration; vsys1 always runs.
        counts: kind in words, and how many objects of it the candidate has there.
    """

    item: CandidateVsys
    state: configuration.ObjectState
    counts: tuple[tuple[str, int], ...]


def virtual_systems() -> list[CandidateVsys]:
    """List the candidate's virtual systems by number, vsys1 first."""
    found = [
        CandidateVsys(codec.from_xml(item.name, item.xml), item.uuid, item.version)
        for item in configuration.candidates(KIND)
    ]
    if not any(item.system.number == VSYS1.number for item in found):
        found.append(CandidateVsys(VSYS1, None, None))
    return sorted(found, key=lambda item: item.system.number)


def labels() -> Mapping[Location, str]:
    """Return what admins see for each virtual system, by number: ``Branch (vsys2)``."""
    return {item.system.location: item.system.label for item in virtual_systems()}


def virtual_system(number: int) -> CandidateVsys:
    """Return a virtual system of the candidate.

    Raises:
        NotFound: the candidate has none with this number.
    """
    for item in virtual_systems():
        if item.system.number == number:
            return item
    raise NotFound(f"There is no virtual system vsys{number}.", hint="Reload the list.")


def chosen(uuids: list[UUID]) -> list[CandidateVsys]:
    """List those of some virtual systems that the candidate has, by number."""
    return [item for item in virtual_systems() if item.uuid in uuids]


def rows() -> list[VsysRow]:
    """List the virtual systems with their states and what they hold, by number."""
    states = configuration.state_of(KIND)
    counts = configuration.counts()
    return [
        VsysRow(
            item,
            _state(item, states),
            tuple(
                (registry.section(kind).label, count)
                for (location, kind), count in counts.items()
                if location == item.system.location
            ),
        )
        for item in virtual_systems()
    ]


def _state(
    item: CandidateVsys, states: Mapping[UUID, configuration.ObjectState]
) -> configuration.ObjectState:
    state = states.get(item.uuid, "committed") if item.uuid else "committed"
    # vsys1 ran without an entry of its own, before it got a display name.
    return "changed" if state == "new" and not item.can_be_deleted else state


def free_number() -> int:
    """Return the smallest number that no virtual system of the candidate has."""
    taken = {item.system.number for item in virtual_systems()}
    return next((number for number in range(1, NUMBER_MAX) if number not in taken), NUMBER_MAX)
