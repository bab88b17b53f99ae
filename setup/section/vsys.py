"""How virtual systems plug into the configuration."""

from dataclasses import replace
from uuid import UUID

from django.urls import reverse

from configuration.sections import Document, Entry, ObjectProblem
from configuration.text_only import TextOnly
from configuration.transfer import FileObject, FilePlace, NotTaken, Taken
from device import queries as device
from domain.actions import Page
from domain.errors import Problem, Refused
from domain.locations import DEVICE, VSYS1, Location
from setup.codec import vsys as codec
from setup.queries import vsys as queries
from setup.rules import vsys as rules
from setup.spec.vsys import KIND, VirtualSystem


class VirtualSystemsSection(TextOnly):
    """The section of virtual systems; it has no rows of its own."""

    kind = KIND
    label = "Virtual system"
    page = Page.VIRTUAL_SYSTEMS
    in_file = FilePlace(
        "devices/entry@localhost.localdomain/vsys", on_device=True, fields=("display-name",)
    )

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what is no virtual system; there is no typed row to write."""
        del uuid, location
        codec.from_xml(name, xml)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check the virtual systems, and that every object is in one that exists."""
        is_single = not device.facts().multi_vsys
        known = {DEVICE, *document.locations}
        homeless = [
            ObjectProblem(
                entry.kind,
                entry.location,
                entry.name,
                "location",
                f"There is no virtual system {entry.location.key}. Commit it, too, or delete "
                "this object.",
            )
            for entry in document.entries
            if entry.location not in known
        ]
        return [*_broken(document), *(_too_many(document) if is_single else ()), *homeless]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List the virtual systems by key; every location may refer to all of them."""
        del purpose, location
        return [item.key for item in queries.labels()]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog of a virtual system."""
        found = queries.chosen([uuid])
        return reverse("setup:vsys-edit", args=[found[0].system.number]) if found else ""

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Take a virtual system, ours or the product's, that keeps its own rules.

        The product needs no display names; a virtual system without one gets its key for a name.
        """
        system = codec.from_xml(one.name, one.xml)
        if not is_ours and not system.display_name:
            if system.location == VSYS1:
                raise NotTaken("Every device has it, and it has no name of its own.")
            return Taken(codec.to_xml(replace(system, display_name=system.key)))
        problems = rules.check(system, []) if system.display_name else []
        if problems:
            raise NotTaken(problems[0].message, problems=problems)
        return Taken(one.xml)


def _too_many(document: Document) -> list[ObjectProblem]:
    """Name the virtual systems that a device with only one cannot have."""
    message = "This device has one virtual system only. Switch on Multi Virtual System Capability."
    surplus = [entry for entry in document.of_kind(KIND) if entry.name != VSYS1.key]
    return [_at(entry, Problem("", message)) for entry in surplus]


def _broken(document: Document) -> list[ObjectProblem]:
    found: list[ObjectProblem] = []
    earlier: list[VirtualSystem] = []
    for entry, xml in document.texts(KIND):
        try:
            system = codec.from_xml(entry.name, xml)
        except Refused as refusal:
            found.append(_at(entry, Problem("", refusal.message)))
            continue
        found += [_at(entry, problem) for problem in rules.check(system, earlier)]
        earlier.append(system)
    return found


def _at(entry: Entry, problem: Problem) -> ObjectProblem:
    return ObjectProblem(KIND, entry.location, entry.name, problem.field, problem.message)
