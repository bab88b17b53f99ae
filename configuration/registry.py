"""The plug-ins that settings name: sections, commit steps and followers."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from configuration.file_format import Places
from configuration.sections import CommitStep, Follower, Section


def sections() -> tuple[Section, ...]:
    """Return one instance of every section, in the order of the settings."""
    return _sections(tuple(settings.CONFIG_SECTIONS))


def section(kind: str) -> Section:
    """Return the section that owns a kind.

    Raises:
        LookupError: no section in the settings has this kind.
    """
    for candidate in sections():
        if candidate.kind == kind:
            return candidate
    message = f"no section of settings.CONFIG_SECTIONS owns the kind {kind!r}"
    raise LookupError(message)


def places() -> Places:
    """Return where the objects of every kind stand in a configuration file."""
    return Places({section.kind: section.in_file for section in sections()})


def commit_steps() -> tuple[CommitStep, ...]:
    """Return a fresh instance of every commit step, in the order of the settings."""
    return tuple(import_string(path)() for path in settings.COMMIT_STEPS)


def followers() -> tuple[Follower, ...]:
    """Return what follows the running configuration, in the order of the settings."""
    return tuple(import_string(path) for path in settings.FOLLOWERS)


@lru_cache(maxsize=4)
def _sections(paths: tuple[str, ...]) -> tuple[Section, ...]:
    return tuple(import_string(path)() for path in paths)
