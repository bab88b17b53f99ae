"""What a section says about configuration files, and what it is given out of one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from configuration.document import Entry
from domain.actors import Actor
from domain.errors import Refused
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where the objects of one kind stand in a configuration file, as entries with a name.

    Attributes:
        container: the element that holds the entries, as a path of element names. It begins at the
            element of the objects' location: ``scep`` is ``/config/shared/scep`` and the ``scep``
            of each virtual system. An entry on the way has its name behind an ``@``.
        on_device: the objects belong to the device as a whole; the path begins at ``/config``.
        secrets: where an entry has a secret, as a path of element names below it, with the
            secret's purpose. There the object's text has the UUID of the secret.
        fields: elements that belong to the object, where its entry holds other things besides;
            empty when the whole entry is the object.
        has_material: an entry brings more than its text, which is never replaced by that of
            another object with its name.
    """

    container: str
    on_device: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    has_material: bool = False


@dataclass(frozen=True, slots=True)
class FileObject:
    """An object in a configuration file.

    Attributes:
        kind: which section it belongs to.
        location: where it stands.
        name: its name there.
        xml: its entry. In the file, a placeholder stands for each secret.
        uuid: its identity; None in files of the product emulated, which knows none.
        line: where the entry begins in the file; 0 when it comes from none.
    """

    kind: str
    location: Location
    name: str
    xml: str = field(repr=False)
    uuid: UUID | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in a file that is not taken over.

    Attributes:
        path: which element, as ``/config/devices/entry[@name='localhost.localdomain']/network``.
        entries: how many named entries stand in it, at any depth.
        line: where the first one begins.
    """

    path: str
    entries: int
    line: int

    @property
    def reason(self) -> str:
        """Why, where there is more to say than that this product does not know it."""
        return _REASONS.get(self.path.rpartition("/")[2], "")

    def __str__(self) -> str:
        said = f"; entries: {self.entries}" if self.entries else ""
        why = f". {self.reason}" if self.reason else ""
        return f"{self.path} (line {self.line}{said}){why}"


_REASONS: Final = {
    "global-protect": "Portals and gateways are not part of this version.",
    "template": "This is the configuration of a management server; take that of a firewall.",
    "device-group": "This is the configuration of a management server; take that of a firewall.",
}
"""Why elements of the product are left out, by their names."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the candidate gets of an object in a file.

    Attributes:
        xml: the object's text.
        left_out: elements of the entry that this product does not know.
    """

    xml: str = field(repr=False)
    left_out: tuple[str, ...] = ()


class NotTaken(Refused):
    """An object of a file is not taken over; the message says why."""


class SameInFiles:
    """The part of a section about files, for a kind whose entry in a file is its text."""

    def to_file(self, entries: Sequence[Entry]) -> Mapping[UUID, str]:
        """Add nothing to the texts."""
        del entries
        return {}

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Take the entry as it is; one of the product emulated is not taken over."""
        if not is_ours:
            raise NotTaken("Objects of this kind are not taken over from another product.")
        return Taken(one.xml)

    def receive(self, objects: Sequence[FileObject], *, by: Actor, at: datetime) -> None:
        """Do nothing: there is nothing beside the texts."""
