"""Write the management settings to the candidate; a commit brings them into force."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from configuration import services as configuration
from configuration.sections import ChangedObject
from device import queries as device
from device import services as device_services
from device.access import require
from domain.actions import Page
from domain.actors import Actor
from domain.errors import EditConflict, NameTaken, Refused
from domain.locations import DEVICE
from setup.codec import management as codec
from setup.queries import management as queries
from setup.rules import management as rules
from setup.spec.management import GENERAL, KIND, Value


class ManagementRefused(Refused):
    """The settings break at least one rule; ``problems`` has all of them."""


@transaction.atomic
def save(*, name: str, value: Value, expected_version: int | None, by: Actor, at: datetime) -> None:
    """Write a card to the candidate.

    Args:
        name: which card.
        value: its values.
        expected_version: the version the admin has seen; None for one never saved.
        by: who edits.
        at: when.

    Raises:
        EditConflict: someone else changed it since that version.
        Forbidden: the admin may not change the device's settings.
        LockHeld: another admin holds a config lock.
        ManagementRefused: at least one rule is broken.
        NotFound: there is no such card.
    """
    require(by, Page.SETUP.write, DEVICE)
    item = queries.card(name)
    problems = rules.check(item.card, value, fips_cc=device.facts().fips_cc)
    if problems:
        raise ManagementRefused("The settings were not saved.", problems=problems)
    if item.uuid is None and value == item.card.default:
        return
    if item.uuid is not None and expected_version is None:
        raise _conflict()
    try:
        configuration.put(
            kind=KIND,
            location=DEVICE,
            name=name,
            xml=codec.to_xml(item.card, value),
            by=by,
            at=at,
            uuid=item.uuid,
            expected_version=expected_version,
        )
    except NameTaken as error:  # Two admins saved it for the first time.
        raise _conflict() from error


def follow(changes: Sequence[ChangedObject], *, by: Actor, at: datetime) -> None:
    """Call the device what the configuration calls it that has just become running."""
    if any(change.kind == KIND and change.name == GENERAL for change in changes):
        hostname = queries.in_force().general.hostname
        device_services.set_hostname(hostname=hostname, by=by, at=at)


def _conflict() -> EditConflict:
    message = "Someone else changed these settings meanwhile. Nothing was saved."
    return EditConflict(message, hint="Open them again to see that change, then make yours.")
