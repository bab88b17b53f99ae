"""The device itself: its first start, its master key, its modes."""

import secrets
from datetime import datetime

from django.db import transaction

from audit import services as audit
from device import master_key
from device import secrets as secrets_at_rest
from device.models import DataKey, DeviceFacts
from device.queries import BEFORE_FIRST_START
from domain.actions import Action
from domain.actors import SYSTEM, Actor
from domain.errors import Refused
from domain.locations import DEVICE
from domain.permissions import require


def initialise(*, at: datetime) -> None:
    """Make what the first start needs: master key file and device facts. Safe to repeat.

    Raises:
        MasterKeyMissing: the database holds secrets and their master key file is gone.
        MasterKeyWrong: the file is there and is not the one that protects them.
    """
    if DataKey.objects.exists():
        _settle_master_key()
    else:
        master_key.create_if_missing()
        master_key.load()
    version = {"sw_version": BEFORE_FIRST_START.sw_version}
    made_once = {
        "hostname": BEFORE_FIRST_START.hostname,
        "serial": f"{secrets.randbelow(10**12):012d}",
        "model": BEFORE_FIRST_START.model,
    }
    _, created = DeviceFacts.objects.update_or_create(
        id=1, defaults=version, create_defaults=made_once | version
    )
    if created:
        audit.record(kind="device", actor=SYSTEM, text="The device was initialised.", at=at)


def change_master_key(*, by: Actor = SYSTEM, at: datetime) -> str:
    """Protect all secrets by a new master key, and forget the old one.

    A kill at any point leaves everything readable; the next start ends what was left half done.

    Returns:
        The new key's id.

    Raises:
        Forbidden: the role does not allow changing the device's settings.
        MasterKeyMissing: the present master key file is gone.
        MasterKeyWrong: it is not the one that protects this device's secrets.
    """
    require(by, Action.WRITE_SETUP, DEVICE)
    initialise(at=at)  # A change that was killed has to end before the next one.
    with transaction.atomic():
        audit.record(kind="device", actor=by, text="The master key was changed.", at=at)
        fresh = master_key.write_next()
        secrets_at_rest.rewrap(fresh)
    master_key.settle(fresh.id)
    return fresh.id


@transaction.atomic
def set_fips_cc(*, on: bool, by: Actor, at: datetime) -> None:
    """Switch FIPS-CC mode; whether the configuration allows it is for ``configuration`` to say.

    Raises:
        Refused: the device was never started.
    """
    if not DeviceFacts.objects.update(fips_cc=on):
        raise Refused("This device was never started.", hint="Start it once, then try again.")
    text = f"FIPS-CC mode was switched {'on' if on else 'off'}."
    audit.record(kind="device", actor=by, text=text, at=at, object_name="fips-cc")


@transaction.atomic
def set_hostname(*, hostname: str, by: Actor, at: datetime) -> None:
    """Call the device what the running configuration calls it."""
    if DeviceFacts.objects.exclude(hostname=hostname).update(hostname=hostname):
        text = f"The device is called {hostname} now."
        audit.record(kind="device", actor=by, text=text, at=at, object_name="hostname")


@transaction.atomic
def set_multi_vsys(*, on: bool, by: Actor, at: datetime) -> None:
    """Switch Multi Virtual System Capability; whether it can go off is for ``setup`` to say.

    Raises:
        Refused: the device was never started.
    """
    if not DeviceFacts.objects.update(multi_vsys=on):
        raise Refused("This device was never started.", hint="Start it once, then try again.")
    text = f"Multi Virtual System Capability was switched {'on' if on else 'off'}."
    audit.record(kind="device", actor=by, text=text, at=at, object_name="multi-vsys")


def _settle_master_key() -> None:
    """Make sure that the master key is there, and end a change of it that was interrupted."""
    newest = DataKey.objects.latest("created_at")
    master_key.load(newest.master_key_id).unwrap(
        bytes(newest.wrapped), key_id=newest.master_key_id, associated=newest.uuid.bytes
    )
    master_key.settle(newest.master_key_id)
