"""Two admins edited one profile: what each of them changed, and how that becomes one profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from configuration import queries as configuration
from configuration.merging import Edit, MergedField, Side, merge, result
from configuration.queries import ObjectVersion
from profiles import codec
from profiles.spec import Challenge, ProfileDraft, ScepProfileSpec

TYPED: Final = "typed"
"""Stands for a password that I typed; no sealed one equals it."""

SECRETS: Final = {"challenge_password": Challenge.FIXED, "otp_password": Challenge.DYNAMIC}
"""The sealed fields, and the challenge that uses each."""


class Way(StrEnum):
    """What an admin wants done about a conflict."""

    MINE = "mine"
    """Overwrite theirs with all that I see."""
    MERGE = "merge"
    """Keep what either changed; where both did, what was chosen."""
    NEW = "new"
    """They deleted it: add mine as a new profile."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """An admin's answer to a conflict.

    Attributes:
        version: the version of theirs that the answer is about.
        choices: whose value a field gets that both changed.
    """

    way: Way
    version: int
    choices: Mapping[str, Side] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands against what.

    Attributes:
        version: the number of their version.
        by: who made it.
        at: when.
        is_deleted: whether it is a deletion.
        base: the profile that both started from; ``None`` when it is not known.
        fields: what at least one side changed; empty for a deletion.
    """

    version: int
    by: str
    at: datetime
    is_deleted: bool
    base: ScepProfileSpec | None
    fields: tuple[MergedField, ...]


def conflict(
    uuid: UUID, *, seen: int, draft: ProfileDraft, until: int | None = None
) -> Conflict | None:
    """Compare what I want to save with what became of the profile since I saw it.

    Args:
        uuid: the profile.
        seen: the version that I started from.
        draft: what I want to save.
        until: leave newer versions out.

    Returns:
        ``None`` when nothing has changed since.
    """
    versions = [
        one
        for one in configuration.versions_since(uuid, seen)
        if until is None or one.number <= until
    ]
    known = bool(versions) and versions[0].number == seen and bool(versions[0].xml)
    base = _spec(versions[0]) if known else None
    since = versions[1:] if known else versions
    if not since:
        return None
    last = since[-1]
    compared: tuple[MergedField, ...] = ()
    if last.xml:
        edits = [Edit(one.by, _values(_spec(one))) for one in since if one.xml]
        start = None if base is None else _values(base)
        compared = merge(start, edits, _own_values(draft, base))
    return Conflict(last.number, last.by, last.at, not last.xml, base, compared)


def resolved(conflict: Conflict, draft: ProfileDraft, resolution: Resolution) -> ProfileDraft:
    """Return the profile to save.

    Raises:
        Undecided: a field that both changed has no choice.
    """
    if resolution.way is not Way.MERGE:
        return _with_secrets_of(conflict.base, draft)
    merged: dict[str, Any] = result(conflict.fields, resolution.choices)
    typed = {name: getattr(draft, name) for name in SECRETS if merged.get(name, TYPED) == TYPED}
    values: dict[str, Any] = {
        name: None if value == TYPED else value for name, value in merged.items()
    }
    spec = replace(_with_secrets_of(conflict.base, draft).spec, **values)
    return ProfileDraft(spec, **typed)


def _with_secrets_of(base: ScepProfileSpec | None, draft: ProfileDraft) -> ProfileDraft:
    """Keep the passwords that I saw as stored and did not type anew, not those stored since.

    They stay in their location: in another one, other admins decide where they are sent.
    """
    if base is None or base.location != draft.spec.location:
        return draft
    kept: dict[str, Any] = {
        name: getattr(base, name) for name in SECRETS if getattr(draft, name) is None
    }
    return replace(draft, spec=replace(draft.spec, **kept))


def _own_values(draft: ProfileDraft, base: ScepProfileSpec | None) -> dict[str, object]:
    spec = _with_secrets_of(base, draft).spec.relevant()
    typed = {
        name: TYPED
        for name, challenge in SECRETS.items()
        if spec.challenge is challenge and getattr(draft, name) is not None
    }
    return _values(spec) | typed


def _values(spec: ScepProfileSpec) -> dict[str, object]:
    return {one.name: getattr(spec, one.name) for one in fields(spec)}


def _spec(version: ObjectVersion) -> ScepProfileSpec:
    return codec.from_xml(version.name, version.location, version.xml)
