"""Configurations that can be compared and loaded, and how an address names them. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from domain.errors import NotFound, Problem, Refused

NAME_MAX: Final = 63
"""Longest name of a snapshot, in characters."""

SAVED_NAME: Final = ".snapshot.xml"
"""Name of the snapshot that Save writes, as the product emulated calls it; nobody can type it."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_REVISION: Final = re.compile(r"revision-([1-9][0-9]{0,8})", re.ASCII)
_SNAPSHOT: Final = "snapshot-"


class SourceKind(StrEnum):
    """Which sort of configuration."""

    CANDIDATE = "candidate"
    RUNNING = "running"
    SAVED = "saved"
    REVISION = "revision"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Source:
    """One configuration.

    Attributes:
        kind: which sort.
        number: of a revision; 0 is what the device had before the first commit.
        name: of a snapshot.
    """

    kind: SourceKind
    number: int = 0
    name: str = ""

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read what :attr:`key` wrote.

        Raises:
            NotFound: it names no configuration.
        """
        if key in {SourceKind.CANDIDATE, SourceKind.RUNNING, SourceKind.SAVED}:
            return cls(SourceKind(key))
        if key == "revision-0":
            return cls(SourceKind.REVISION)
        if found := _REVISION.fullmatch(key):
            return cls(SourceKind.REVISION, number=int(found[1]))
        name = key.removeprefix(_SNAPSHOT)
        if key.startswith(_SNAPSHOT) and _NAME.fullmatch(name):
            return cls(SourceKind.SNAPSHOT, name=name)
        raise NotFound("There is no such configuration.", hint="Choose one from the list.")

    @property
    def key(self) -> str:
        """The text that stands for it in an address."""
        if self.kind is SourceKind.REVISION:
            return f"revision-{self.number}"
        return f"{_SNAPSHOT}{self.name}" if self.kind is SourceKind.SNAPSHOT else self.kind.value

    @property
    def label(self) -> str:
        """What it is called in a choice."""
        words = str(self).removeprefix("the ").removesuffix(" configuration")
        return f"{words[:1].upper()}{words[1:]}"

    def __str__(self) -> str:
        if self.kind is SourceKind.REVISION:
            return f"revision {self.number}"
        if self.kind is SourceKind.SNAPSHOT:
            return f"snapshot {self.name}"
        return f"the {'last saved' if self.kind is SourceKind.SAVED else self.kind} configuration"


CANDIDATE: Final = Source(SourceKind.CANDIDATE)
RUNNING: Final = Source(SourceKind.RUNNING)
SAVED: Final = Source(SourceKind.SAVED)


class NameNotUsable(Refused):
    """The name of a snapshot will not do; the problem is at ``name``."""


def check_name(name: str) -> None:
    """Make sure that a snapshot can have a name.

    Raises:
        NameNotUsable: it cannot.
    """
    if not _NAME.fullmatch(name) or len(name) > NAME_MAX:
        message = (
            f"A name has 1 to {NAME_MAX} letters, digits, dots, hyphens and underscores, and "
            "begins with a letter or digit."
        )
        raise NameNotUsable("Nothing was saved.", problems=[Problem("name", message)])
