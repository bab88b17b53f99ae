"""The writers of SCEP profiles, and the only place that unseals their passwords."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.actors import Actor
from domain.errors import Refused
from profiles.spec import ProfileDraft, ScepProfileSpec


class ProfileRefused(Refused):
    """The profile breaks at least one rule; ``problems`` has all of them in form order."""


def save_profile(
    *,
    draft: ProfileDraft,
    uuid: UUID | None = None,
    expected_version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Create a profile in the candidate configuration, or replace the one with ``uuid``."""
    raise NotImplementedError


def delete_profiles(*, uuids: Sequence[UUID], by: Actor, at: datetime) -> None:
    """Delete profiles from the candidate configuration, all or none."""
    raise NotImplementedError


def clone_profile(*, uuid: UUID, name: str = "", by: Actor, at: datetime) -> UUID:
    """Copy a profile under a new name; without one ``<name>-copy`` or the next free."""
    raise NotImplementedError


def challenge_password(spec: ScepProfileSpec) -> str:
    """Unseal the password of a Fixed challenge; only for ``certificates`` enrollment."""
    raise NotImplementedError


def otp_password(spec: ScepProfileSpec) -> str:
    """Unseal the account's password of a Dynamic challenge; only for ``certificates``."""
    raise NotImplementedError
