"""Write virtual systems to the candidate, and switch the device's capability to have several."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from configuration import queries as configuration_queries
from configuration import registry
from configuration import services as configuration
from device import queries as device
from device import services as device_services
from device.access import require
from domain.actions import Page
from domain.actors import Actor
from domain.errors import InUse, NotFound, Problem, Refused
from domain.locations import DEVICE, SHARED, VSYS1, Location
from setup.codec import vsys as codec
from setup.queries import vsys as systems
from setup.rules import vsys as rules
from setup.spec.vsys import KIND, VirtualSystem


class VirtualSystemRefused(Refused):
    """A virtual system breaks at least one rule; ``problems`` has all of them."""


class MultiVsysRefused(Refused):
    """The device still uses several virtual systems; ``problems`` lists where."""


@transaction.atomic
def add(*, system: VirtualSystem, by: Actor, at: datetime) -> UUID:
    """Add a virtual system to the candidate; objects can be put there at once.

    Raises:
        Forbidden: the admin may not write to the device's own configuration.
        NameTaken: there is one with this number.
        VirtualSystemRefused: at least one rule is broken, or the device can have vsys1 only.
    """
    require(by, Page.VIRTUAL_SYSTEMS.write, DEVICE)
    if not device.facts().multi_vsys:
        message = "This device has one virtual system only."
        hint = "Switch on Multi Virtual System Capability first."
        raise VirtualSystemRefused(message, hint=hint)
    taken = [item.system for item in systems.virtual_systems()]
    problems = rules.check(system, taken)
    if any(other.number == system.number for other in taken):
        problems.insert(0, Problem("number", f"{system.key} exists. Choose another ID."))
    return _write(system, problems, by=by, at=at)


@transaction.atomic
def rename(
    *, number: int, display_name: str, expected_version: int | None, by: Actor, at: datetime
) -> UUID:
    """Give a virtual system another display name; its key stays.

    Raises:
        EditConflict: someone else changed it since that version.
        Forbidden: the admin may not write to the device's own configuration.
        NotFound: there is none with this number.
        VirtualSystemRefused: at least one rule is broken.
    """
    require(by, Page.VIRTUAL_SYSTEMS.write, DEVICE)
    listed = systems.virtual_systems()
    item = systems.virtual_system(number)
    others = [other.system for other in listed if other.system.number != number]
    system = VirtualSystem(number, display_name)
    problems = rules.check(system, others)
    return _write(system, problems, uuid=item.uuid, version=expected_version, by=by, at=at)


@transaction.atomic
def delete(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Remove virtual systems from the candidate, all or none.

    Raises:
        Forbidden: the admin may not write to the device's own configuration.
        InUse: one of them holds objects or is referred to; ``problems`` lists them.
        NotFound: one of them is not in the candidate.
        VirtualSystemRefused: one of them is vsys1.
    """
    require(by, Page.VIRTUAL_SYSTEMS.write, DEVICE)
    leaving = [item for item in systems.virtual_systems() if item.uuid in set(uuids)]
    if len(leaving) != len(set(uuids)):
        raise NotFound("A virtual system has been deleted meanwhile.", hint="Reload the list.")
    if not all(item.can_be_deleted for item in leaving):
        raise VirtualSystemRefused("vsys1 cannot be deleted: every device has it.")
    for item in leaving:
        held = [Problem("", text) for text in _held(item.system.location)]
        if held:
            message = f"{item.system.label} cannot be deleted: it holds"
            hint = "Delete these objects first."
            raise InUse(message, problems=held, hint=hint)
    configuration.delete_all(uuids=uuids, by=by, at=at)


@transaction.atomic
def set_multi_vsys(*, on: bool, by: Actor, at: datetime) -> bool:
    """Let the device have several virtual systems, or vsys1 only; in force at once.

    Returns:
        Whether anything changed.

    Raises:
        Forbidden: the admin may not write to the device's own configuration.
        MultiVsysRefused: it is to be switched off, and the candidate or the running configuration
            has another virtual system or an object in one.
    """
    require(by, Page.VIRTUAL_SYSTEMS.write, DEVICE)
    if device.facts().multi_vsys == on:
        return False
    if not on and (problems := list(_elsewhere())):
        message = "Multi Virtual System Capability cannot be switched off while these exist:"
        hint = "Delete them, commit, and try again."
        raise MultiVsysRefused(message, problems=problems, hint=hint)
    device_services.set_multi_vsys(on=on, by=by, at=at)
    return True


def _write(
    system: VirtualSystem,
    problems: list[Problem],
    *,
    uuid: UUID | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    if problems:
        raise VirtualSystemRefused("The virtual system was not saved.", problems=problems)
    written = configuration.put(
        kind=KIND,
        location=DEVICE,
        name=system.key,
        xml=codec.to_xml(system),
        by=by,
        at=at,
        uuid=uuid,
        expected_version=version,
    )
    return written.uuid


def _held(location: Location) -> Iterator[str]:
    for entry in configuration_queries.candidate_document().entries:
        if entry.location == location:
            yield f"{registry.section(entry.kind).label} {entry.name}"


def _elsewhere() -> Iterator[Problem]:
    """Name what a device with one virtual system cannot have."""
    running = configuration_queries.running_revision()
    documents = {
        "candidate": configuration_queries.candidate_document(),
        "running": configuration_queries.document_of(running.number if running else 0),
    }
    for which, document in documents.items():
        for entry in document.entries:
            label = registry.section(entry.kind).label
            if entry.kind == KIND and entry.name != VSYS1.key:
                yield Problem("", f"{which}: {label} {entry.name}")
            elif entry.location not in {DEVICE, SHARED, VSYS1}:
                yield Problem("", f"{which}: {label} {entry.name} in {entry.location}")
