"""Which element of the file belongs to which kind and location."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from configuration.transfer import FilePlace
from domain.locations import DEVICE, SHARED, Location, is_vsys_key

Path: TypeAlias = tuple[str, ...]
"""Elements from ``/config`` on, without it; an ``entry`` has its name behind an ``@``."""

_DEVICE_ENTRY: Final = ("devices", "entry@localhost.localdomain")
_SYSTEMS: Final = (*_DEVICE_ENTRY, "vsys")

SKELETON: Final[tuple[Path, ...]] = (("mgt-config",), ("shared",), _DEVICE_ENTRY)
"""Elements that every file has, in the order of the product."""

SECRETS: Final[Path] = ("x-scepadmin", "secrets")
"""Where the sealed secrets stand."""


def base_of(location: Location) -> Path:
    """Return the path of the element that holds a location's objects."""
    if location == DEVICE:
        return ()
    return ("shared",) if location == SHARED else (*_SYSTEMS, f"entry@{location.key}")


def step(tag: str, name: str | None) -> str:
    """Return one step of a path."""
    return tag if name is None else f"{tag}@{name}"


def shown(path: Path) -> str:
    """Return a path as the product writes it, for people; long names are shortened."""
    parts = []
    for one in path:
        tag, at, name = one.partition("@")
        named = f"[@name='{name[:63]}']" if at else ""
        parts.append(f"/{tag[:63]}{named}")
    return "/config" + "".join(parts)


@dataclass(frozen=True)
class Places:
    """The places of all kinds.

    Attributes:
        by_kind: what each section says of its kind.
    """

    by_kind: Mapping[str, FilePlace]

    def container(self, kind: str, location: Location) -> Path:
        """Return where the entries of a kind stand."""
        return (*base_of(location), *self.by_kind[kind].container.split("/"))

    def find(self, path: Path) -> tuple[str, Location] | None:
        """Return the kind and location whose entries an element holds; None when it holds none."""
        location, rest = _located(path)
        kind = self._on_device.get(path)
        if kind is not None:
            return kind, DEVICE
        kind = None if location is None else self._elsewhere.get(rest)
        return None if kind is None or location is None else (kind, location)

    def leads_on(self, path: Path) -> bool:
        """Tell whether entries of some kind, or the secrets, stand further below an element."""
        location, rest = _located(path)
        return path in self._ways or (location is not None and rest in self._ways_elsewhere)

    @cached_property
    def _on_device(self) -> dict[Path, str]:
        return {
            tuple(place.container.split("/")): kind
            for kind, place in self.by_kind.items()
            if place.on_device
        }

    @cached_property
    def _elsewhere(self) -> dict[Path, str]:
        return {
            tuple(place.container.split("/")): kind
            for kind, place in self.by_kind.items()
            if not place.on_device
        }

    @cached_property
    def _ways(self) -> frozenset[Path]:
        below = ((*path, "") for path in (*SKELETON, _SYSTEMS, SECRETS))
        return _ways_to([*self._on_device, *below])

    @cached_property
    def _ways_elsewhere(self) -> frozenset[Path]:
        return _ways_to(self._elsewhere)


def _ways_to(paths: Iterable[Path]) -> frozenset[Path]:
    return frozenset(path[:length] for path in paths for length in range(len(path)))


def _located(path: Path) -> tuple[Location | None, Path]:
    """Part the element of a location from what follows."""
    if path[:1] == ("shared",):
        return SHARED, path[1:]
    depth = len(_SYSTEMS)
    if path[:depth] == _SYSTEMS and len(path) > depth:
        tag, _, key = path[depth].partition("@")
        if tag == "entry" and is_vsys_key(key):
            return Location(key), path[depth + 1 :]
    return None, ()
