"""Write server profiles and alert settings to the candidate; a commit brings them into force."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from alerts import codec, rules
from alerts.fields import KINDS, Kind
from alerts.queries import profiles as queries
from alerts.spec import SETTINGS, SETTINGS_NAME, AlertSettings, EmailServer, Value
from configuration import services as configuration
from configuration.sections import Renaming
from device import secrets
from device.access import require
from domain.actions import Page
from domain.actors import Actor
from domain.errors import EditConflict, NameTaken, Refused
from domain.locations import SHARED


class AlertRefused(Refused):
    """A server profile or the settings break at least one rule; ``problems`` has all of them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A server profile as it was filled in.

    Attributes:
        typed: secrets typed, by attribute; one that is left out or empty is kept.
    """

    kind: Kind
    name: str
    value: Value
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


@transaction.atomic
def save(
    *,
    draft: Draft,
    uuid: UUID | None = None,
    expected_version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Write a server profile to the candidate: a new one, or the next version of one.

    Raises:
        AlertRefused: at least one rule is broken.
        EditConflict: someone else changed or deleted it since that version.
        Forbidden: the admin may not change the device's alerts.
        LockHeld: another admin holds a config lock.
        NameTaken: another profile of the kind has the name.
        NotFound: there never was such a profile.
    """
    require(by, Page.ALERTS.write, SHARED)
    value = _with_kept(draft, uuid)
    problems = rules.check_name(draft.name)
    problems += rules.check(draft.kind, value, typed=draft.typed)
    if problems:
        raise AlertRefused("The server profile was not saved.", problems=problems)
    sealed: dict[str, Any] = {
        one.attribute: secrets.seal(typed.encode(), purpose=one.purpose, at=at)
        for one in draft.kind.secrets
        if (typed := draft.typed.get(one.attribute, ""))
    }
    written = configuration.put(
        kind=draft.kind.key,
        location=SHARED,
        name=draft.name,
        xml=codec.to_xml(draft.kind, draft.name, replace(value, **sealed)),
        by=by,
        at=at,
        uuid=uuid,
        expected_version=expected_version,
    )
    return written.uuid


@transaction.atomic
def delete(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Remove server profiles from the candidate, all or none.

    Raises:
        Forbidden: the admin may not change the device's alerts.
        InUse: the alert settings name one of them.
        NotFound: one of them is not in the candidate.
    """
    require(by, Page.ALERTS.write, SHARED)
    configuration.delete_all(uuids=uuids, by=by, at=at)


@transaction.atomic
def save_settings(
    *, value: AlertSettings, expected_version: int | None, by: Actor, at: datetime
) -> None:
    """Write the alert settings to the candidate.

    Raises:
        AlertRefused: at least one rule is broken.
        EditConflict: someone else changed them since that version.
        Forbidden: the admin may not change the device's alerts.
        LockHeld: another admin holds a config lock.
    """
    require(by, Page.ALERTS.write, SHARED)
    problems = rules.check(KINDS[SETTINGS], value, known=queries.names())
    if problems:
        raise AlertRefused("The alert settings were not saved.", problems=problems)
    item = queries.settings()
    if item.uuid is not None and expected_version is None:
        raise _conflict()
    try:
        configuration.put(
            kind=SETTINGS,
            location=SHARED,
            name=SETTINGS_NAME,
            xml=codec.to_xml(KINDS[SETTINGS], SETTINGS_NAME, value),
            by=by,
            at=at,
            uuid=item.uuid,
            expected_version=expected_version,
        )
    except NameTaken as error:  # Two admins saved them for the first time.
        raise _conflict() from error


@transaction.atomic
def rename_target(*, renaming: Renaming, by: Actor, at: datetime) -> None:
    """Let the alert settings follow a server profile that got another name."""
    item = queries.settings()
    changed: dict[str, Any] = {
        one.attribute: renaming.new
        for one in item.kind.fields
        if getattr(one, "kind", "") == renaming.kind
        and getattr(item.value, one.attribute) == renaming.old
    }
    if changed and isinstance(item.value, AlertSettings):
        value = replace(item.value, **changed)
        save_settings(value=value, expected_version=item.version, by=by, at=at)


def _with_kept(draft: Draft, uuid: UUID | None) -> Value:
    """Return the value with the secrets that the candidate's profile has."""
    if uuid is None:
        return draft.value
    stored = queries.item(draft.kind, uuid).value
    kept: dict[str, Any] = {
        one.attribute: getattr(stored, one.attribute) for one in draft.kind.secrets
    }
    value = replace(draft.value, **kept)
    # A password without a user name is none that anybody would miss.
    is_open = isinstance(value, EmailServer) and not value.username
    return replace(value, password=None) if is_open and isinstance(value, EmailServer) else value


def _conflict() -> EditConflict:
    message = "Someone else changed the alert settings meanwhile. Nothing was saved."
    return EditConflict(message, hint="Open them again to see that change, then make yours.")
